package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactional;
import org.junit.jupiter.api.Test;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class GlobalTransactionalProxyTest {

    private final RecordingCoordinator coordinator = new RecordingCoordinator();
    private final ApplicationContextRunner runner = Contexts.on(coordinator);

    static class Service {
        private final RecordingCoordinator coordinator;

        Service(RecordingCoordinator coordinator) {
            this.coordinator = coordinator;
        }

        @GlobalTransactional(name = "work")
        public void work() {
            assertThat(GlobalScope.current()).isNotNull();
            coordinator.events().add("work");
        }

        @GlobalTransactional(name = "failing")
        public void fail() throws InterruptedException {
            throw new InterruptedException("checked");
        }

        @GlobalTransactional(name = "both")
        @Transactional
        public void both() {
            coordinator.events().add("work");
        }

        public void plain() {
            assertThat(GlobalScope.current()).isNull();
        }
    }

    @Test
    void an_annotated_method_of_a_class_runs_in_a_global_transaction() {
        runner.withBean(Service.class).run(context -> {
            context.getBean(Service.class).work();

            assertThat(AopUtils.isCglibProxy(context.getBean(Service.class))).isTrue();
            assertThat(coordinator.events()).containsExactly("begin work", "work", "commit");
            assertThat(GlobalScope.current()).isNull();
        });
    }

    @Test
    void a_method_without_annotation_runs_in_none() {
        runner.withBean(Service.class).run(context -> {
            context.getBean(Service.class).plain();

            assertThat(coordinator.events()).isEmpty();
        });
    }

    @Test
    void an_exception_rolls_back_and_reaches_the_caller_as_it_was() {
        runner.withBean(Service.class).run(context -> {
            assertThatThrownBy(() -> context.getBean(Service.class).fail())
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage("checked");

            assertThat(coordinator.events()).containsExactly("begin failing", "rollback");
            assertThat(GlobalScope.current()).isNull();
        });
    }

    interface Contract {
        void work();
    }

    static class Implementation implements Contract {
        private final RecordingCoordinator coordinator;

        Implementation(RecordingCoordinator coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        @GlobalTransactional(name = "through-interface")
        public void work() {
            coordinator.events().add("work");
        }
    }

    @Test
    void an_annotated_method_behind_an_interface_proxy_runs_in_a_global_transaction() {
        runner.withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean("service", Implementation.class)
                .run(context -> {
                    context.getBean(Contract.class).work();

                    assertThat(AopUtils.isJdkDynamicProxy(context.getBean("service")))
                            .isTrue();
                    assertThat(coordinator.events()).containsExactly("begin through-interface", "work", "commit");
                });
    }

    @Test
    void every_instance_of_a_prototype_bean_is_guarded() {
        runner.withBean(
                        Service.class,
                        () -> new Service(coordinator),
                        definition -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
                .run(context -> {
                    context.getBean(Service.class).work();
                    context.getBean(Service.class).work();

                    assertThat(coordinator.events())
                            .containsExactly("begin work", "work", "commit", "begin work", "work", "commit");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Scoped {

        @Bean
        static CustomScopeConfigurer scopes() {
            var scopes = new CustomScopeConfigurer();
            scopes.addScope("basket", new SimpleThreadScope());
            return scopes;
        }

        @Bean
        @Scope(scopeName = "basket", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Service service(RecordingCoordinator coordinator) {
            return new Service(coordinator);
        }
    }

    @Test
    void a_bean_of_a_scope_is_guarded_behind_the_proxy_that_looks_it_up() {
        runner.withUserConfiguration(Scoped.class).run(context -> {
            Service service = context.getBean(Service.class);

            service.work();
            service.plain();

            assertThat(service).isInstanceOf(ScopedObject.class);
            assertThat(coordinator.events()).containsExactly("begin work", "work", "commit");
        });
    }

    @Test
    void beans_of_one_name_are_guarded_in_every_context() {
        var other = new RecordingCoordinator();
        runner.withBean("service", Service.class)
                .run(first -> Contexts.on(other)
                        .withBean("service", Service.class)
                        .run(second -> {
                            first.getBean(Service.class).work();
                            second.getBean(Service.class).work();

                            assertThat(coordinator.events()).containsExactly("begin work", "work", "commit");
                            assertThat(other.events()).containsExactly("begin work", "work", "commit");
                        }));
    }

    @Test
    void the_global_transaction_begins_before_the_local_one_and_ends_after_it() {
        runner.withConfiguration(AutoConfigurations.of(TransactionAutoConfiguration.class))
                .withBean(PlatformTransactionManager.class, () -> new RecordingTransactionManager(coordinator))
                .withBean(Service.class)
                .run(context -> {
                    context.getBean(Service.class).both();

                    assertThat(coordinator.events())
                            .containsExactly("begin both", "local begin", "work", "local commit", "commit");
                });
    }

    @Test
    void it_stays_outside_a_local_transaction_whose_advisor_was_moved_outward() {
        runner.withUserConfiguration(OutwardTransactions.class)
                .withBean(PlatformTransactionManager.class, () -> new RecordingTransactionManager(coordinator))
                .withBean(Service.class)
                .run(context -> {
                    context.getBean(Service.class).both();

                    assertThat(coordinator.events())
                            .containsExactly("begin both", "local begin", "work", "local commit", "commit");
                });
    }

    @EnableTransactionManagement(order = 0, proxyTargetClass = true)
    static class OutwardTransactions {}

    @Test
    void the_order_is_the_application_s_to_choose() {
        runner.withConfiguration(AutoConfigurations.of(TransactionAutoConfiguration.class))
                .withPropertyValues("seata.client.tm.interceptor-order=2147483647")
                .withUserConfiguration(OutwardTransactions.class)
                .withBean(PlatformTransactionManager.class, () -> new RecordingTransactionManager(coordinator))
                .withBean(Service.class)
                .run(context -> {
                    context.getBean(Service.class).both();

                    assertThat(coordinator.events())
                            .containsExactly("local begin", "begin both", "work", "commit", "local commit");
                });
    }

    @Test
    void annotated_methods_are_guarded_where_boot_configures_no_proxies() {
        runner.withPropertyValues("spring.aop.auto=false")
                .withBean(Service.class)
                .run(context -> {
                    context.getBean(Service.class).work();

                    assertThat(coordinator.events()).containsExactly("begin work", "work", "commit");
                });
    }

    @Test
    void an_annotation_that_cannot_be_stops_the_start() {
        runner.withBean(Impossible.class)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("it must be at least 1 ms"));
    }

    static class Impossible {
        @GlobalTransactional(timeoutMills = -5)
        public void work() {}
    }

    private static final class RecordingTransactionManager extends AbstractPlatformTransactionManager {
        private final RecordingCoordinator coordinator;

        RecordingTransactionManager(RecordingCoordinator coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        protected Object doGetTransaction() {
            return coordinator;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            coordinator.events().add("local begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            coordinator.events().add("local commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            coordinator.events().add("local rollback");
        }
    }
}
