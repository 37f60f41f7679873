package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.AopContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ScannedClassesTest {

    private final ApplicationContextRunner runner = Contexts.on(new RecordingCoordinator());

    static class Orders {
        @GlobalTransactional
        public @Nullable GlobalScope scope() {
            return GlobalScope.current();
        }

        @GlobalTransactional
        public @Nullable Object proxy() {
            return AopContext.currentProxy();
        }
    }

    static class Stock {
        @GlobalTransactional
        public @Nullable GlobalScope scope() {
            return GlobalScope.current();
        }
    }

    @Test
    void classes_outside_the_packages_to_scan_take_no_part() {
        runner.withPropertyValues("seata.scan-packages=com.example,dev.lockstep.tm")
                .withBean(Orders.class)
                .run(context ->
                        assertThat(context.getBean(Orders.class).scope()).isNull());
    }

    @Test
    void classes_below_a_package_to_scan_take_part() {
        runner.withPropertyValues("seata.scan-packages[0]=dev.lockstep")
                .withBean(Orders.class)
                .run(context ->
                        assertThat(context.getBean(Orders.class).scope()).isNotNull());
    }

    @Test
    void a_bean_excluded_by_name_takes_no_part_and_the_log_says_why(CapturedOutput output) {
        runner.withPropertyValues("seata.excludes-for-scanning=stock")
                .withBean("orders", Orders.class)
                .withBean("stock", Stock.class)
                .run(context -> {
                    assertThat(context.getBean(Stock.class).scope()).isNull();
                    assertThat(context.getBean(Orders.class).scope()).isNotNull();
                    await().untilAsserted(() -> assertThat(output)
                            .contains("Annotations of the beans [stock] have no effect: seata.scan-packages or"
                                    + " seata.excludes-for-scanning leaves them out"));
                    assertThat(output).doesNotContain("is @GlobalTransactional without effect");
                });
    }

    @Test
    void the_current_proxy_is_at_hand_where_that_is_asked_for() {
        runner.withPropertyValues("seata.expose-proxy=true")
                .withBean("orders", Orders.class)
                .run(context ->
                        assertThat(context.getBean(Orders.class).proxy()).isSameAs(context.getBean(Orders.class)));
    }
}
