package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalTransactional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

@ExtendWith(OutputCaptureExtension.class)
class FailedStartTest {

    @ImportAutoConfiguration(SeataAutoConfiguration.class)
    static class Application {}

    @Test
    void a_registry_that_is_not_served_stops_the_start_and_names_the_properties_to_add(CapturedOutput output) {
        startFails("--spring.application.name=shop", "--seata.registry.type=nacos");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("seata.registry.type is 'nacos'")
                .contains("    seata.registry.type=file")
                .contains("    seata.service.vgroup-mapping.default_tx_group=default")
                .contains("    seata.service.grouplist.default=127.0.0.1:8091");
    }

    @ImportAutoConfiguration(SeataAutoConfiguration.class)
    @Import(AsynchronousService.class)
    static class AsynchronousApplication {}

    static class AsynchronousService {
        @GlobalTransactional
        public CompletableFuture<String> place() {
            return new CompletableFuture<>();
        }
    }

    @Test
    void a_global_transaction_that_would_end_before_its_work_stops_the_start(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(AsynchronousApplication.class)
                        .bannerMode(Banner.Mode.OFF)
                        .web(WebApplicationType.NONE)
                        .run(
                                "--spring.application.name=shop",
                                "--seata.service.vgroup-mapping.default_tx_group=default",
                                "--seata.service.grouplist.default=127.0.0.1:1"))
                .isInstanceOf(RuntimeException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("AsynchronousService.place is @GlobalTransactional and asynchronous (CompletableFuture)")
                .contains("    @GlobalTransactional(propagation = Propagation.NOT_SUPPORTED)");
    }

    @Test
    void a_configuration_source_that_is_not_served_stops_the_start(CapturedOutput output) {
        startFails(
                "--spring.application.name=shop",
                "--seata.config.type=apollo",
                "--seata.service.vgroup-mapping.default_tx_group=default",
                "--seata.service.grouplist.default=127.0.0.1:1");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("seata.config.type is 'apollo'")
                .contains("    seata.config.type=file");
    }

    @Test
    void a_group_without_addresses_stops_the_start_and_names_the_properties_to_add(CapturedOutput output) {
        startFails("--spring.application.name=shop", "--seata.tx-service-group=shop_group");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("transaction service group 'shop_group'")
                .contains("    seata.service.vgroup-mapping.shop_group=default")
                .contains("    seata.service.grouplist.default=127.0.0.1:8091");
    }

    @Test
    void an_application_without_a_name_stops_the_start(CapturedOutput output) {
        startFails(
                "--seata.service.vgroup-mapping.default_tx_group=default",
                "--seata.service.grouplist.default=127.0.0.1:1");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The application has no name")
                .contains("    seata.application-id=order-service");
    }

    @Test
    void a_transaction_mode_that_is_not_served_stops_the_start(CapturedOutput output) {
        startFails(
                "--spring.application.name=shop",
                "--seata.data-source-proxy-mode=XA",
                "--seata.service.vgroup-mapping.default_tx_group=default",
                "--seata.service.grouplist.default=127.0.0.1:1");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("seata.data-source-proxy-mode is 'XA', and only AT is served");
    }

    private static void startFails(String... arguments) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .bannerMode(Banner.Mode.OFF)
                        .registerShutdownHook(false)
                        .run(arguments)
                        .close())
                .hasStackTraceContaining(SeataConfigurationException.class.getName());
    }
}
