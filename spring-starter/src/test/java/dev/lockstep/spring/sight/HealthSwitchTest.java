package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spring.Contexts;
import dev.lockstep.spring.SeataDataSourceAutoConfiguration;
import dev.lockstep.spring.web.SeataWebAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class HealthSwitchTest {

    private final ApplicationContextRunner runner =
            Contexts.withoutTc().withConfiguration(AutoConfigurations.of(SeataHealthAutoConfiguration.class));

    @Test
    void without_a_tc_the_health_is_down() {
        runner.run(context -> assertThat(context.getBean("seataHealthIndicator", HealthIndicator.class)
                        .health()
                        .getStatus())
                .isEqualTo(Status.DOWN));
    }

    /** A group of Boot's that names it would stop the start if it were not there. */
    @ParameterizedTest
    @ValueSource(strings = {"seata.enabled=false", "seata.service.disable-global-transaction=true"})
    void where_global_transactions_are_switched_off_it_is_there_and_knows_nothing(String property) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context.getBean("seataHealthIndicator", HealthIndicator.class)
                                .health()
                                .getStatus())
                        .isEqualTo(Status.UNKNOWN));
    }

    @Test
    void switched_off_it_tells_nothing() {
        runner.withPropertyValues("management.health.seata.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("seataHealthIndicator"));
    }

    @Test
    void switched_off_with_all_others_it_tells_nothing_unless_it_is_switched_on_by_itself() {
        ApplicationContextRunner others = runner.withPropertyValues("management.health.defaults.enabled=false");

        others.run(context -> assertThat(context).doesNotHaveBean("seataHealthIndicator"));
        others.withPropertyValues("management.health.seata.enabled=true")
                .run(context -> assertThat(context).hasBean("seataHealthIndicator"));
    }

    @Test
    void without_the_clients_nothing_that_looks_at_them_stops_the_start() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SeataDataSourceAutoConfiguration.class,
                        SeataEndpointAutoConfiguration.class,
                        SeataHealthAutoConfiguration.class,
                        SeataMetricsAutoConfiguration.class,
                        SeataObservationAutoConfiguration.class,
                        SeataWebAutoConfiguration.class))
                .withPropertyValues("management.endpoints.web.exposure.include=*")
                .withBean(DataSource.class, JdbcDataSource::new)
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context).hasNotFailed());
    }
}
