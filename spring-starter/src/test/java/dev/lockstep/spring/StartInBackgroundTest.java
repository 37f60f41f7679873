package dev.lockstep.spring;

import static java.util.concurrent.TimeUnit.SECONDS;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
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

    @ImportAutoConfiguration(SeataAutoConfiguration.class)
    static class WithRunner {

        private final List<Boolean> waited = new ArrayList<>();

        @Bean
        ApplicationRunner runner(StartInBackground start) {
            return arguments -> waited.add(start.waitsForReady());
        }
    }

    @Test
    void an_application_that_boot_runs_is_waited_for_until_it_is_ready() {
        try (var application = new SpringApplicationBuilder(WithRunner.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.application.name=shop",
                        "--seata.service.vgroup-mapping.default_tx_group=default",
                        "--seata.service.grouplist.default=127.0.0.1:1")) {
            assertThat(application.getBean(WithRunner.class).waited).containsExactly(true);
            assertThat(application.getBean(StartInBackground.class).waitsForReady())
                    .isFalse();
            await().until(() ->
                    application.getBean(SeataRpcClient.class).state().open());
        }
    }

    @Test
    void nobody_is_waited_for_where_nobody_tells_that_the_application_is_ready() {
        runner.run(
                context -> assertThat(context.getBean(StartInBackground.class).waitsForReady())
                        .isFalse());
    }

    @Test
    void an_application_that_is_not_ready_is_waited_for_no_longer_than_the_limit() {
        runner.run(context -> {
            var told = new CountDownLatch(1);
            var start = starting(context, Duration.ofMillis(1), told);

            start.start();

            assertThat(told.await(10, SECONDS)).isTrue();
            start.stop();
        });
    }

    @Test
    void a_start_that_fails_before_the_application_is_ready_ends_at_once_and_tells_nothing() {
        runner.run(context -> {
            var told = new CountDownLatch(1);
            var start = starting(context, Duration.ofHours(1), told);
            start.start();

            start.stop();

            assertThat(start.waitsForReady()).isFalse();
            assertThat(told.getCount()).isOne();
        });
    }

    private static StartInBackground starting(
            AssertableApplicationContext context, Duration longestWait, CountDownLatch told) {
        return new StartInBackground(
                null, context.getBean(ResourceManager.class), longestWait, () -> List.of(told::countDown));
    }

    @Test
    void what_looks_wrong_is_told_once_though_the_context_is_paused_and_started_again() {
        runner.run(context -> {
            List<String> told = new CopyOnWriteArrayList<>();
            var start = new StartInBackground(
                    null,
                    context.getBean(ResourceManager.class),
                    Duration.ZERO,
                    () -> List.of(() -> told.add("first"), () -> told.add("last")));

            start.start();
            await().until(() -> told.size() == 2);
            start.stop();
            start.start();
            start.stop();

            assertThat(told).containsExactly("first", "last");
        });
    }
}
