package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcOptionsTest {

    @Test
    void defaults_are_complete_and_consistent() {
        var options = RpcOptions.builder("orders", "group").build();

        assertThat(options.applicationId()).isEqualTo("orders");
        assertThat(options.transactionServiceGroup()).isEqualTo("group");
        assertThat(options.accessKey()).isNull();
        assertThat(options.heartbeatInterval()).isLessThan(options.deadAfter());
        assertThat(options.globalEndTimeout()).isGreaterThan(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "orders:1"})
    void application_id_that_the_tc_would_cut_is_refused(String applicationId) {
        assertThatThrownBy(() -> RpcOptions.builder(applicationId, "group"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seata.application-id");
    }

    @Test
    void blank_group_is_refused() {
        assertThatThrownBy(() -> RpcOptions.builder("orders", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seata.tx-service-group");
    }

    @Test
    void settings_that_cannot_work_are_refused_by_name() {
        var builder = RpcOptions.builder("orders", "group");
        assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO)).hasMessageContaining("connectTimeout");
        assertThatThrownBy(() -> builder.rmRequestTimeout(Duration.ofMillis(-1)))
                .hasMessageContaining("rmRequestTimeout");
        assertThatThrownBy(() -> builder.startupWait(Duration.ofMillis(-1))).hasMessageContaining("startupWait");
        assertThatThrownBy(() -> builder.branchCommandThreads(0)).hasMessageContaining("branchCommandThreads");
        assertThatThrownBy(() -> builder.maxConnections(0)).hasMessageContaining("maxConnections");
        assertThatThrownBy(() -> builder.maxConnections(21)).hasMessageContaining("20");
        assertThatThrownBy(() -> builder.idleTime(Duration.ZERO)).hasMessageContaining("idleTime");
        assertThatThrownBy(() -> builder.probeInterval(Duration.ZERO)).hasMessageContaining("probeInterval");
        assertThatThrownBy(() -> builder.reportBatchSize(0)).hasMessageContaining("reportBatchSize");
        assertThatThrownBy(() -> builder.reportLinger(Duration.ZERO)).hasMessageContaining("reportLinger");
        assertThatThrownBy(
                        () -> builder.heartbeatInterval(Duration.ofSeconds(15)).build())
                .hasMessageContaining("heartbeatInterval");
        assertThatThrownBy(() -> RpcOptions.builder("orders", "group")
                        .reconnectMin(Duration.ofMinutes(1))
                        .build())
                .hasMessageContaining("reconnectMin");
    }
}
