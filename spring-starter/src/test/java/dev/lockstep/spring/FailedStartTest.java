package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import dev.lockstep.tm.GlobalTransactional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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

    /** As {@code ${SWITCH:}} makes them. To Spring's conditions they mean off, to its binder the default. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "seata.enabled",
                "seata.service.disable-global-transaction",
                "seata.enable-auto-data-source-proxy",
                "seata.client.rm.lock.retry-times",
                "lockstep.fail-fast.databases"
            })
    void a_switch_or_a_number_that_is_there_and_empty_stops_the_start(String name, CapturedOutput output) {
        startFails(
                "--spring.application.name=shop",
                "--seata.service.vgroup-mapping.default_tx_group=default",
                "--seata.service.grouplist.default=127.0.0.1:1",
                "--" + name + "= ");

        assertThat(output).contains("APPLICATION FAILED TO START").contains(name + " is there and empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"seata.enabled=false", "seata.enabled=off", "seata.service.disable-global-transaction=true"})
    void nothing_is_asked_of_the_settings_of_an_application_that_switched_all_off(String off) {
        new SpringApplicationBuilder(Application.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .run("--" + off, "--seata.client.rm.lock.retry-times=", "--lockstep.lazy-begin=${NOWHERE}")
                .close();
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
                .contains("the keys have no prefix")
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

    @ImportAutoConfiguration({SeataAutoConfiguration.class, SeataWebAutoConfiguration.class})
    static class CallingApplication {}

    @Test
    void a_pattern_that_can_be_no_host_stops_the_start(CapturedOutput output) {
        startFails(
                CallingApplication.class,
                "--spring.application.name=shop",
                "--lockstep.propagation.excluded-hosts=pay.example.com,https://bank.example.com/",
                "--seata.service.vgroup-mapping.default_tx_group=default",
                "--seata.service.grouplist.default=127.0.0.1:1");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("lockstep.propagation.excluded-hosts holds 'https://bank.example.com/', which can be no host")
                .contains("    lockstep.propagation.excluded-hosts=stock,*.shop.internal");
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

    @Configuration(proxyBeanMethods = false)
    static class WantsThePool {
        @Bean
        HikariDataSource orders() {
            return new HikariDataSource();
        }

        @Bean
        String poolName(HikariDataSource orders) {
            return orders.getPoolName();
        }
    }

    @Configuration
    static class CallsForThePool {
        @Bean
        HikariDataSource orders() {
            return new HikariDataSource();
        }

        @Bean
        String poolName() {
            return orders().getPoolName();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {WantsThePool.class, CallsForThePool.class})
    void a_pool_that_is_wanted_by_its_class_stops_the_start_and_the_property_is_named(
            Class<?> configuration, CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Wrapping.class, configuration)
                        .web(WebApplicationType.NONE)
                        .bannerMode(Banner.Mode.OFF)
                        .registerShutdownHook(false)
                        .run(
                                "--spring.application.name=shop",
                                "--seata.service.vgroup-mapping.default_tx_group=default",
                                "--seata.service.grouplist.default=127.0.0.1:1")
                        .close())
                .isInstanceOf(RuntimeException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("can be injected as a javax.sql.DataSource only")
                .contains("    seata.use-jdk-proxy=false");
    }

    @ImportAutoConfiguration({SeataAutoConfiguration.class, SeataDataSourceAutoConfiguration.class})
    static class Wrapping {}

    private static void startFails(String... arguments) {
        startFails(Application.class, arguments);
    }

    private static void startFails(Class<?> application, String... arguments) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(application)
                        .web(WebApplicationType.NONE)
                        .bannerMode(Banner.Mode.OFF)
                        .registerShutdownHook(false)
                        .run(arguments)
                        .close())
                .hasStackTraceContaining(SeataConfigurationException.class.getName());
    }
}
