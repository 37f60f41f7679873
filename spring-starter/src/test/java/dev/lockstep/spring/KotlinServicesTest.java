package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.spring.kotlin.ClosedWarehouse;
import dev.lockstep.spring.kotlin.Shop;
import dev.lockstep.spring.kotlin.ShopKt;
import dev.lockstep.spring.kotlin.SuspendingShop;
import dev.lockstep.spring.kotlin.Warehouse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Services compiled by Kotlin's own compiler. */
@ExtendWith(OutputCaptureExtension.class)
class KotlinServicesTest {

    private final RecordingCoordinator coordinator = new RecordingCoordinator();

    @Test
    void an_open_method_runs_in_a_global_transaction_with_its_rules() {
        Contexts.on(coordinator).withBean(Shop.class).run(context -> {
            Shop shop = context.getBean(Shop.class);

            assertThat(shop.buy("bolt")).isNotNull();
            assertThat(ShopKt.buyTheUsual(shop)).isNotNull();
            assertThatThrownBy(() -> shop.buy("nothing")).isInstanceOf(IllegalArgumentException.class);
        });

        assertThat(coordinator.events())
                .containsExactly("begin buy", "commit", "begin buy", "commit", "begin buy", "commit");
    }

    @Test
    void a_final_class_takes_part_through_its_interface() {
        Contexts.on(coordinator)
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean(Warehouse.class, ClosedWarehouse::new)
                .run(context -> assertThat(context.getBean(Warehouse.class).take("bolt"))
                        .isNotNull());

        assertThat(coordinator.events()).containsExactly("begin take", "commit");
    }

    @Test
    void a_final_class_that_has_to_be_extended_stops_the_start() {
        Contexts.on(coordinator)
                .withBean(Warehouse.class, ClosedWarehouse::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("final class " + ClosedWarehouse.class.getName()));
    }

    @Test
    void a_final_method_and_a_call_within_the_object_are_named_at_the_start(CapturedOutput output) {
        Contexts.on(coordinator).withBean("shop", Shop.class).run(context -> {
            assertThat(context).hasNotFailed();
            await().untilAsserted(() -> assertThat(output)
                    .contains("Shop.sell of bean 'shop' is @GlobalTransactional without effect: it is final")
                    .contains("Shop.buyTwice calls buy of its own object"));
        });
        List<String> complaints = UnreachableMethods.complaints("shop", Shop.class, null);

        assertThat(complaints).noneMatch(complaint -> complaint.contains("buy$default calls"));
    }

    @Test
    void a_suspending_function_is_refused() {
        Contexts.on(coordinator)
                .withBean(SuspendingShop.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("SuspendingShop.buy is @GlobalTransactional and asynchronous"));
    }
}
