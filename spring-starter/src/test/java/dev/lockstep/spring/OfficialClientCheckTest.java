package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class OfficialClientCheckTest {

    @ImportAutoConfiguration({
        SeataAutoConfiguration.class,
        io.seata.spring.boot.autoconfigure.SeataAutoConfiguration.class
    })
    static class BothClients {}

    @Test
    void two_clients_in_one_application_stop_the_start_and_the_dependency_to_exclude_is_named(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(BothClients.class)
                        .web(WebApplicationType.NONE)
                        .bannerMode(Banner.Mode.OFF)
                        .registerShutdownHook(false)
                        .run("--spring.application.name=shop"))
                .hasStackTraceContaining(SeataConfigurationException.class.getName());

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The official client's own starter is on the class path (")
                .contains("Remove the dependency io.seata:seata-spring-boot-starter")
                .contains("          <artifactId>seata-spring-boot-starter</artifactId>")
                .contains("dev.lockstep:lockstep-seata-annotations");
    }

    @Test
    void switched_off_lockstep_leaves_the_official_client_alone() {
        Contexts.unconfigured()
                .withConfiguration(
                        AutoConfigurations.of(io.seata.spring.boot.autoconfigure.SeataAutoConfiguration.class))
                .withPropertyValues("seata.enabled=false")
                .run(context -> assertThat(context).hasNotFailed());
    }
}
