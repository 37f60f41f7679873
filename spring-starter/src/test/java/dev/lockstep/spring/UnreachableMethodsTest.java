package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.tm.GlobalTransactional;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;

@ExtendWith(OutputCaptureExtension.class)
class UnreachableMethodsTest {

    static class Hidden {
        @GlobalTransactional
        private void secret() {}

        @GlobalTransactional
        public final void fixed() {}

        @GlobalTransactional
        public static void ofNobody() {}

        public void use() {
            secret();
        }
    }

    @Test
    void private_final_and_static_methods_are_named_at_the_start(CapturedOutput output) {
        Contexts.withoutTc().withBean("hidden", Hidden.class).run(context -> {
            assertThat(context).hasNotFailed();
            await().untilAsserted(() -> assertThat(output)
                    .contains("Hidden.secret of bean 'hidden' is @GlobalTransactional without effect: it is private")
                    .contains("Hidden.fixed of bean 'hidden' is @GlobalTransactional without effect: it is final")
                    .contains("Hidden.ofNobody of bean 'hidden' is @GlobalTransactional without effect: it is static"));
        });
    }

    static class StaticAlone {
        @GlobalTransactional
        public static CompletableFuture<String> later() {
            return new CompletableFuture<>();
        }
    }

    @Test
    void a_static_method_is_named_and_neither_makes_a_proxy_nor_stops_the_start(CapturedOutput output) {
        Contexts.withoutTc().withBean("alone", StaticAlone.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(AopUtils.isAopProxy(context.getBean("alone"))).isFalse();
            await().untilAsserted(() -> assertThat(output).contains("StaticAlone.later of bean 'alone'"));
        });
    }

    static class CallsItself {
        @GlobalTransactional
        public void place() {}

        public void placeAll() {
            place();
        }

        public void placeLater() {
            Runnable later = () -> step();
            later.run();
        }

        public Runnable placeByReference() {
            return this::place;
        }

        private void step() {
            place();
        }
    }

    @Test
    void calls_past_the_proxy_are_named_at_the_start() {
        assertThat(complaints(CallsItself.class))
                .hasSize(3)
                .anyMatch(complaint -> complaint.contains("CallsItself.placeAll calls place of its own object"))
                .anyMatch(complaint -> complaint.contains("CallsItself.step calls place of its own object"))
                .anyMatch(
                        complaint -> complaint.contains("CallsItself.placeByReference calls place of its own object"));
    }

    static class Careful {
        private final @Nullable Careful self;

        Careful(@Nullable Careful self) {
            this.self = self;
        }

        @GlobalTransactional
        public void place() {}

        /** Through its own proxy. */
        public void placeAll() {
            if (self != null) {
                self.place();
            }
        }

        public void placeThat(Careful other) {
            other.place();
        }

        @GlobalTransactional
        public void placeTwo() {
            step();
        }

        private void step() {
            place();
        }
    }

    @Test
    void calls_through_another_reference_and_from_inside_a_global_transaction_are_not_named() {
        assertThat(complaints(Careful.class)).isEmpty();
    }

    @GlobalTransactional
    static class OfClass {
        public final void fixed() {}

        public void open() {
            step();
        }

        private void step() {
            open();
        }
    }

    @Test
    void an_annotation_of_the_class_is_not_taken_for_one_of_its_private_methods() {
        assertThat(complaints(OfClass.class)).singleElement().asString().contains("OfClass.fixed");
    }

    interface Contract {
        void named();
    }

    static class BehindContract implements Contract {
        @Override
        @GlobalTransactional
        public void named() {}

        @GlobalTransactional
        public void unnamed() {}
    }

    @Test
    void a_method_outside_the_interfaces_of_its_proxy_is_named(CapturedOutput output) {
        Contexts.withoutTc()
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean("contract", BehindContract.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    await().untilAsserted(() -> assertThat(output)
                            .contains("BehindContract.unnamed of bean 'contract'")
                            .doesNotContain("BehindContract.named"));
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class TooEarly {
        @Bean
        static Early needsIt(Plain plain) {
            return new Early();
        }

        @Bean
        static Plain plain() {
            return new Plain();
        }
    }

    /** Comes ahead of the post processor that makes proxies. */
    static class Early implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    static class Plain {
        @GlobalTransactional
        public void work() {}
    }

    @Test
    void a_bean_made_before_the_proxies_is_named(CapturedOutput output) {
        Contexts.withoutTc().withUserConfiguration(TooEarly.class).run(context -> {
            assertThat(context).hasNotFailed();
            await().untilAsserted(
                            () -> assertThat(output)
                                    .contains(
                                            "Plain.work of bean 'plain' is @GlobalTransactional without effect: its bean has no proxy"));
        });
    }

    private static List<String> complaints(Class<?> type) {
        return UnreachableMethods.complaints("bean", type, null);
    }
}
