package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.TcUnavailableException;
import io.seata.core.context.RootContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class StartInBackgroundTest {

    private final ApplicationContextRunner runner = Contexts.withoutTc();

    /** Notes what the client is doing while the application starts, and is not the last to start. */
    record StartedEarlier(SeataRpcClient client, List<RpcState> seen) implements SmartLifecycle {

        @Override
        public int getPhase() {
            return 0;
        }

        @Override
        public void start() {
            seen.add(client.state());
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return !seen.isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithEarlierStart {

        @Bean
        StartedEarlier startedEarlier(SeataRpcClient client) {
            return new StartedEarlier(client, new ArrayList<>());
        }
    }

    @Test
    void a_tc_is_looked_for_when_the_rest_of_the_application_has_started() {
        runner.withUserConfiguration(WithEarlierStart.class).run(context -> {
            assertThat(context.getBean(StartedEarlier.class).seen())
                    .extracting(RpcState::open)
                    .containsExactly(false);

            SeataRpcClient client = context.getBean(SeataRpcClient.class);
            await().untilAsserted(() -> assertThat(client.state().nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.lastError()).isNotNull()));
        });
    }

    @Test
    void a_tc_is_looked_for_in_an_application_whose_beans_are_made_by_need_only() {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> await().untilAsserted(() -> assertThat(
                                context.getBean(SeataRpcClient.class).state().open())
                        .isTrue()));
    }

    @Configuration(proxyBeanMethods = false)
    static class WithEarlyTransaction {

        @Bean
        SmartInitializingSingleton earlyTransaction(GlobalTransactionTemplate template, SeataRpcClient client) {
            return () -> {
                assertThatThrownBy(
                                () -> template.execute(GlobalTransactionDefinition.named("early"), RootContext::getXID))
                        .isInstanceOf(TcUnavailableException.class)
                        .hasMessageContaining("127.0.0.1:1");
                assertThat(client.state().open()).isTrue();
            };
        }
    }

    @Test
    void a_transaction_that_comes_earlier_connects_by_itself() {
        runner.withUserConfiguration(WithEarlyTransaction.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void what_looks_wrong_is_told_once_though_the_context_is_paused_and_started_again() {
        runner.run(context -> {
            List<String> told = new CopyOnWriteArrayList<>();
            var start = new StartInBackground(
                    null,
                    context.getBean(ResourceManager.class),
                    List.of(() -> told.add("first"), () -> told.add("last")));

            start.start();
            await().until(() -> told.size() == 2);
            start.stop();
            start.start();
            start.stop();

            assertThat(told).containsExactly("first", "last");
        });
    }
}
