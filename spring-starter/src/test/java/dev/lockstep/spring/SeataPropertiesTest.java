package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.Ordered;

class SeataPropertiesTest {

    @Test
    void without_any_property_the_official_defaults_hold() {
        SeataProperties properties = BoundProperties.of(Map.of());

        assertThat(properties.enabled()).isTrue();
        assertThat(properties.applicationId()).isNull();
        assertThat(properties.txServiceGroup()).isNull();
        assertThat(properties.enableAutoDataSourceProxy()).isTrue();
        assertThat(properties.excludesForAutoProxying()).isEmpty();
        assertThat(properties.client().rm().lock().retryInterval()).isEqualTo(Duration.ofMillis(10));
        assertThat(properties.client().rm().lock().retryTimes()).isEqualTo(30);
        assertThat(properties.client().rm().reportSuccessEnable()).isFalse();
        assertThat(properties.client().rm().reportRetryCount()).isEqualTo(5);
        assertThat(properties.client().rm().asyncCommitBufferLimit()).isEqualTo(10_000);
        assertThat(properties.client().tm().commitRetryCount()).isEqualTo(5);
        assertThat(properties.client().tm().rollbackRetryCount()).isEqualTo(5);
        assertThat(properties.client().tm().defaultGlobalTransactionTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(properties.client().tm().interceptorOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 1000);
        assertThat(properties.client().undo().logTable()).isEqualTo("undo_log");
        assertThat(properties.client().undo().dataValidation()).isTrue();
        assertThat(properties.client().undo().onlyCareUpdateColumns()).isTrue();
        assertThat(properties.transport().rpcRmRequestTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(properties.registry().type()).isEqualTo("file");
        assertThat(properties.config().type()).isEqualTo("file");
    }

    @Test
    void plain_numbers_are_milliseconds_as_in_the_official_starter() {
        SeataProperties properties = BoundProperties.of(Map.of(
                "seata.client.rm.lock.retry-interval", "25",
                "seata.client.tm.default-global-transaction-timeout", "30000",
                "seata.transport.rpc-tm-request-timeout", "3000"));

        assertThat(properties.client().rm().lock().retryInterval()).isEqualTo(Duration.ofMillis(25));
        assertThat(properties.client().tm().defaultGlobalTransactionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(properties.transport().rpcTmRequestTimeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void spelling_of_the_official_metadata_in_camel_case_is_understood() {
        SeataProperties properties = BoundProperties.of(Map.of(
                "seata.enableAutoDataSourceProxy", "false",
                "seata.txServiceGroup", "shop",
                "seata.client.rm.reportSuccessEnable", "true"));

        assertThat(properties.enableAutoDataSourceProxy()).isFalse();
        assertThat(properties.txServiceGroup()).isEqualTo("shop");
        assertThat(properties.client().rm().reportSuccessEnable()).isTrue();
    }

    @Test
    void printed_properties_hold_no_secret() {
        SeataProperties properties =
                BoundProperties.of(Map.of("seata.access-key", "door", "seata.secret-key", "sesame"));

        assertThat(properties.secretKey()).isEqualTo("sesame");
        assertThat(properties.toString()).doesNotContain("sesame").doesNotContain("door");
    }
}
