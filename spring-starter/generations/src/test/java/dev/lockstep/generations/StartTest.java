package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.SeataRpcClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartTest {

    /** Port 1 answers nobody. */
    private static final String NO_TC = "127.0.0.1:1";

    @Test
    void an_application_starts_without_a_tc_and_says_so(CapturedOutput output) throws Exception {
        try (Service orders =
                Service.startWithoutTc(OrderApplication.class, "orders", NO_TC, "stock.url=http://127.0.0.1:1")) {
            assertThat(orders.get("/xid").statusCode()).isEqualTo(200);
            assertThat(orders.context
                            .getBean(SeataRpcClient.class)
                            .stateOnceDecided()
                            .isUsable())
                    .isFalse();
            // The first attempt may still be under way when the wait for it is over.
            await().untilAsserted(() -> assertThat(
                            output.getAll().lines().filter(line -> line.contains("WARN") && line.contains(NO_TC)))
                    .isNotEmpty());

            assertThat(orders.post("/orders/bolt?amount=1&paid=true&caller=REST_CLIENT")
                            .statusCode())
                    .isEqualTo(500);
            assertThat(output).contains("was not begun and nothing was written for it");
            assertThat(orders.number("SELECT COUNT(*) FROM orders")).isZero();
        }
    }

    @Test
    void a_registry_that_is_not_served_stops_the_start_and_names_the_properties_to_add(CapturedOutput output) {
        assertThatThrownBy(() -> Service.startWithoutTc(
                                OrderApplication.class,
                                "orders",
                                NO_TC,
                                "stock.url=http://127.0.0.1:1",
                                "seata.registry.type=nacos")
                        .close())
                .hasStackTraceContaining("SeataConfigurationException");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("seata.registry.type is 'nacos'")
                .contains("    seata.service.grouplist.default=127.0.0.1:8091");
    }

    @Test
    void no_bean_comes_into_life_ahead_of_its_post_processors(CapturedOutput output) {
        try (Service orders =
                Service.startWithoutTc(OrderApplication.class, "orders", NO_TC, "stock.url=http://127.0.0.1:1")) {
            assertThat(orders.context.containsBean("globalTransactionalAdvisor"))
                    .isTrue();
            assertThat(output).doesNotContain("is not eligible for getting processed by all BeanPostProcessors");
        }
    }
}
