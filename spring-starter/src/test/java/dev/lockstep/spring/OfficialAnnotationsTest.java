package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.Propagation;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.annotation.AliasFor;

class OfficialAnnotationsTest {

    private final AnnotatedDefinitions definitions = new AnnotatedDefinitions();

    static class OldShop {
        @io.seata.spring.annotation.GlobalTransactional(
                name = "place-order",
                timeoutMills = 5000,
                propagation = io.seata.tm.api.transaction.Propagation.REQUIRES_NEW,
                noRollbackFor = IllegalStateException.class,
                rollbackForClassName = "IOException",
                lockRetryInterval = 20,
                lockRetryTimes = 3,
                lockStrategyMode = io.seata.common.LockStrategyMode.OPTIMISTIC)
        public void everything() {}

        @io.seata.spring.annotation.GlobalTransactional
        public void defaults(String article) {}
    }

    static class NewShop {
        @org.apache.seata.spring.annotation.GlobalTransactional(
                name = "place-order",
                timeoutMills = 5000,
                propagation = org.apache.seata.tm.api.transaction.Propagation.REQUIRES_NEW,
                noRollbackFor = IllegalStateException.class,
                rollbackForClassName = "IOException",
                lockRetryInterval = 20,
                lockRetryTimes = 3)
        public void everything() {}

        @org.apache.seata.spring.annotation.GlobalTransactional
        public void defaults(String article) {}
    }

    @ParameterizedTest
    @ValueSource(classes = {OldShop.class, NewShop.class})
    void every_attribute_of_the_official_annotation_reaches_the_definition(Class<?> shop) throws Exception {
        GlobalTransactionDefinition definition = found(shop, "everything");

        assertThat(definition.name()).isEqualTo("place-order");
        assertThat(definition.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(definition.propagation()).isEqualTo(Propagation.REQUIRES_NEW);
        assertThat(definition.rollbackRules().rollsBackOn(new IllegalStateException()))
                .isFalse();
        assertThat(definition.rollbackRules().rollsBackOn(new IOException())).isTrue();
        assertThat(definition.lockRetry()).isEqualTo(new LockRetryLimits(Duration.ofMillis(20), 3));
    }

    @ParameterizedTest
    @ValueSource(classes = {OldShop.class, NewShop.class})
    void official_defaults_leave_everything_to_the_settings(Class<?> shop) throws Exception {
        GlobalTransactionDefinition definition = found(shop, "defaults", String.class);

        assertThat(definition.name()).endsWith("Shop.defaults(String)");
        assertThat(definition.timeout()).isNull();
        assertThat(definition.propagation()).isEqualTo(Propagation.REQUIRED);
        assertThat(definition.lockRetry()).isNull();
        assertThat(definition.rollbackRules().rollsBackOn(new Exception())).isTrue();
    }

    static class Deprecations {
        @io.seata.spring.annotation.GlobalTransactional(lockRetryInternal = 50)
        @SuppressWarnings("deprecation")
        public void olderName() {}

        @io.seata.spring.annotation.GlobalTransactional(timeoutMills = -1, lockRetryInterval = -1, lockRetryTimes = -7)
        public void takenForAbsent() {}
    }

    @Test
    void the_older_name_of_the_retry_interval_counts() throws Exception {
        assertThat(found(Deprecations.class, "olderName").lockRetry())
                .isEqualTo(new LockRetryLimits(Duration.ofMillis(50), null));
    }

    @Test
    void values_that_the_official_client_takes_for_absent_are_absent() throws Exception {
        GlobalTransactionDefinition definition = found(Deprecations.class, "takenForAbsent");

        assertThat(definition.timeout()).isNull();
        assertThat(definition.lockRetry()).isNull();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @io.seata.spring.annotation.GlobalTransactional(timeoutMills = 1000)
    @interface Quick {
        @AliasFor(annotation = io.seata.spring.annotation.GlobalTransactional.class, attribute = "name")
        String value();
    }

    @io.seata.spring.annotation.GlobalTransactional(name = "of-class")
    static class Mixed {
        @Quick("quick")
        public void composed() {}

        public void ofClass() {}

        @GlobalTransactional(name = "ours")
        @io.seata.spring.annotation.GlobalTransactional(name = "theirs")
        public void both() {}
    }

    @Test
    void composed_annotations_and_annotations_of_the_class_count_too() throws Exception {
        assertThat(found(Mixed.class, "composed").name()).isEqualTo("quick");
        assertThat(found(Mixed.class, "composed").timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(found(Mixed.class, "ofClass").name()).isEqualTo("of-class");
    }

    @Test
    void where_both_stand_ours_counts() throws Exception {
        assertThat(found(Mixed.class, "both").name()).isEqualTo("ours");
    }

    @Test
    void a_bean_with_official_annotations_runs_in_global_transactions() {
        var coordinator = new RecordingCoordinator();
        Contexts.on(coordinator).withBean(OldShop.class).withBean(NewShop.class).run(context -> {
            context.getBean(OldShop.class).everything();
            context.getBean(NewShop.class).defaults("bolt");

            assertThat(coordinator.events())
                    .containsExactly("begin place-order", "commit", "begin NewShop.defaults(String)", "commit");
        });
    }

    private GlobalTransactionDefinition found(Class<?> type, String method, Class<?>... parameters)
            throws NoSuchMethodException {
        @Nullable GlobalTransactionDefinition definition = definitions.find(type.getMethod(method, parameters), type);
        assertThat(definition).isNotNull();
        return definition;
    }
}
