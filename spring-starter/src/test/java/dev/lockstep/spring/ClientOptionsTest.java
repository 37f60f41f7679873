package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.policy.LockKeyForm;
import dev.lockstep.rm.policy.UnknownFunctions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.policy.LoadBalancing;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsTest {

    @Test
    void the_name_of_the_application_stands_in_for_a_missing_application_id() {
        assertThat(options(Map.of()).rpc().applicationId()).isEqualTo("shop");
        assertThat(options(Map.of("seata.application-id", "other")).tm().applicationId())
                .isEqualTo("other");
    }

    @Test
    void a_timeout_for_the_tm_holds_for_all_its_requests() {
        RpcOptions options = options(Map.of("seata.transport.rpc-tm-request-timeout", "7000"))
                .rpc();

        assertThat(options.tmRequestTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.globalEndTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void without_a_timeout_for_the_tm_a_begin_fails_sooner_than_a_commit() {
        RpcOptions options = options(Map.of()).rpc();

        assertThat(options.tmRequestTimeout()).isEqualTo(RpcOptions.DEFAULT_TM_REQUEST_TIMEOUT);
        assertThat(options.globalEndTimeout()).isEqualTo(RpcOptions.DEFAULT_GLOBAL_END_TIMEOUT);
    }

    @Test
    void identity_and_keys_reach_the_transport() {
        RpcOptions options = options(Map.of(
                        "seata.tx-service-group", "shop_group",
                        "seata.access-key", "door",
                        "seata.secret-key", "sesame",
                        "seata.transport.rpc-rm-request-timeout", "4s"))
                .rpc();

        assertThat(options.transactionServiceGroup()).isEqualTo("shop_group");
        assertThat(options.accessKey()).isEqualTo("door");
        assertThat(options.secretKey()).isEqualTo("sesame");
        assertThat(options.rmRequestTimeout()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void settings_of_the_tm_reach_it() {
        TmOptions options = options(Map.of(
                        "lockstep.lazy-begin", "false",
                        "lockstep.begin-ahead", "false",
                        "seata.client.tm.commit-retry-count", "2",
                        "seata.client.tm.rollback-retry-count", "3",
                        "seata.client.tm.default-global-transaction-timeout", "45000"))
                .tm();

        assertThat(options.lazyBegin()).isFalse();
        assertThat(options.beginAhead()).isFalse();
        assertThat(options.commitTries()).isEqualTo(2);
        assertThat(options.rollbackTries()).isEqualTo(3);
        assertThat(options.defaultTimeout()).isEqualTo(Duration.ofSeconds(45));
    }

    @Test
    void settings_of_the_rm_reach_it() {
        ResourceManagerOptions options = options(Map.of(
                        "seata.client.rm.lock.retry-interval", "20",
                        "seata.client.rm.lock.retry-times", "7",
                        "seata.client.rm.report-success-enable", "true",
                        "seata.client.rm.report-retry-count", "2",
                        "seata.client.rm.async-commit-buffer-limit", "500",
                        "seata.client.undo.log-table", "undo",
                        "seata.client.undo.data-validation", "false",
                        "seata.client.undo.only-care-update-columns", "false"))
                .rm(dirtyWrite -> {}, BranchListener.NONE);

        assertThat(options.lockRetryInterval()).isEqualTo(Duration.ofMillis(20));
        assertThat(options.lockRetryTimes()).isEqualTo(7);
        assertThat(options.reportSuccess()).isTrue();
        assertThat(options.reportRetryCount()).isEqualTo(2);
        assertThat(options.asyncCommitBufferLimit()).isEqualTo(500);
        assertThat(options.undoLogTable()).isEqualTo("undo");
        assertThat(options.undoDataValidation()).isFalse();
        assertThat(options.onlyCareUpdateColumns()).isFalse();
    }

    @Test
    void the_family_of_class_names_in_undo_logs_can_be_set() {
        ResourceManagerOptions options = options(Map.of("lockstep.undo.class-names", "org.apache.seata"))
                .rm(dirtyWrite -> {}, BranchListener.NONE);

        assertThat(options.undoClassNames()).isEqualTo("org.apache.seata");
    }

    @Test
    void what_is_locked_captured_and_swept_can_be_set() {
        ResourceManagerOptions options = options(Map.of(
                        "lockstep.lock-retry-limit", "4s",
                        "seata.client.rm.table-meta-checker-interval", "5000",
                        "lockstep.lock-keys", "canonical",
                        "lockstep.uncaptured-tables", "call_log,trace",
                        "lockstep.side-effects-ignored", "orders",
                        "lockstep.unknown-functions", "Refuse",
                        "lockstep.changing-urls", "true",
                        "lockstep.undo.orphan-age", "48h",
                        "lockstep.undo.create-table", "true"))
                .rm(dirtyWrite -> {}, BranchListener.NONE);

        assertThat(options.lockRetryLimit()).isEqualTo(Duration.ofSeconds(4));
        assertThat(options.tableMetaAge()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.lockKeys()).isEqualTo(LockKeyForm.CANONICAL);
        assertThat(options.uncapturedTables()).containsExactlyInAnyOrder("call_log", "trace");
        assertThat(options.sideEffectsIgnored()).containsExactly("orders");
        assertThat(options.unknownFunctions()).isEqualTo(UnknownFunctions.REFUSE);
        assertThat(options.changingUrls()).isTrue();
        assertThat(options.orphanAge()).isEqualTo(Duration.ofHours(48));
        assertThat(options.createUndoLogTable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"64k, 65536", "2M, 2097152", "1g, 1073741824", "100, 100"})
    void sizes_are_spelled_as_in_the_official_client(String text, int bytes) {
        assertThat(PropertyValue.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "XID, XID",
        "RoundRobin, ROUND_ROBIN",
        "RandomLoadBalance, ROUND_ROBIN",
        "ConsistentHash, XID",
        "LeastActive, LEAST_IN_FLIGHT"
    })
    void ways_to_choose_a_tc_are_known_by_their_official_names(String official, LoadBalancing ours) {
        assertThat(options(Map.of("seata.client.load-balance.type", official))
                        .rpc()
                        .loadBalancing())
                .isEqualTo(ours);
    }

    @Test
    void settings_of_the_connections_that_are_ours_reach_the_transport() {
        RpcOptions options = options(Map.of(
                        "lockstep.tc.max-connections", "4",
                        "lockstep.tc.warm-up", "false",
                        "lockstep.tc.keep-alive", "false",
                        "lockstep.tc.idle-time", "5s",
                        "lockstep.tc.report-linger", "7ms",
                        "lockstep.tc.report-batch-size", "8",
                        "lockstep.tc.spare-reports", "false",
                        "lockstep.tc.connect-timeout", "1s"))
                .rpc();

        assertThat(options.maxConnections()).isEqualTo(4);
        assertThat(options.warmUp()).isFalse();
        assertThat(options.keepAlive()).isFalse();
        assertThat(options.idleTime()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.reportLinger()).isEqualTo(Duration.ofMillis(7));
        assertThat(options.reportBatchSize()).isEqualTo(8);
        assertThat(options.spareReports()).isFalse();
        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "seata.client.undo.compress.type, lz4",
        "seata.client.undo.compress.threshold, many",
        "seata.client.undo.compress.threshold, 9g",
        "lockstep.undo.class-names, com.example",
        "lockstep.lock-keys, short",
        "lockstep.unknown-functions, forbid",
        "lockstep.lock-retry-limit, PT0S",
        "lockstep.undo.orphan-age, PT-1H",
        "lockstep.tc.max-connections, 0",
        "lockstep.tc.max-connections, 21",
        "lockstep.tc.idle-time, PT0S",
        "lockstep.tc.report-batch-size, 0",
        "lockstep.tc.report-linger, PT-0.001S",
        "lockstep.tc.connect-timeout, PT0S"
    })
    void what_is_not_served_is_refused_by_name(String name, String value) {
        ClientOptions options = options(Map.of(name, value));

        assertThatThrownBy(() -> {
                    options.rpc();
                    options.rm(dirtyWrite -> {}, BranchListener.NONE);
                })
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining(name + " is '" + value + "'");
    }

    /** No start is to end for one that did not end before. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void an_official_setting_that_is_not_above_zero_means_the_default(String value) {
        ClientOptions options = options(Map.of(
                "seata.transport.rpc-rm-request-timeout", value,
                "seata.transport.rpc-tm-request-timeout", value,
                "seata.client.rm.lock.retry-interval", value,
                "seata.client.rm.report-retry-count", value,
                "seata.client.rm.async-commit-buffer-limit", value,
                "seata.client.rm.table-meta-checker-interval", value,
                "seata.client.tm.commit-retry-count", value,
                "seata.client.tm.rollback-retry-count", value,
                "seata.client.tm.default-global-transaction-timeout", value));
        ClientOptions untouched = options(Map.of());

        assertThat(options.rpc()).usingRecursiveComparison().isEqualTo(untouched.rpc());
        assertThat(options.tm()).usingRecursiveComparison().isEqualTo(untouched.tm());
        DirtyWriteListener deaf = dirtyWrite -> {};
        assertThat(options.rm(deaf, BranchListener.NONE))
                .usingRecursiveComparison()
                .isEqualTo(untouched.rm(deaf, BranchListener.NONE));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0"})
    void rows_of_others_are_tried_for_once_where_no_try_is_to_follow(String times, int tries) {
        assertThat(options(Map.of("seata.client.rm.lock.retry-times", times))
                        .rm(dirtyWrite -> {}, BranchListener.NONE)
                        .lockRetryTimes())
                .isEqualTo(tries);
    }

    @Test
    void what_the_official_starter_falls_back_to_counts_here_too() {
        SeataProperties none = BoundProperties.of(Map.of());
        Map<String, String> environment = Map.of(
                "spring.application.name", "shop",
                "spring.cloud.alibaba.seata.application-id", "shop-of-old",
                "spring.cloud.alibaba.seata.tx-service-group", "old_group");

        assertThat(Identity.of(none, environment::get)).isEqualTo(new Identity("shop-of-old", "old_group"));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "500ms, 0.5", ", 3", "0, 0.001", "-1, 3"})
    void each_step_of_closing_waits_as_long_as_the_official_property_says_in_seconds(
            @Nullable String wait, double seconds) {
        ClientOptions options = options(wait == null ? Map.of() : Map.of("seata.transport.shutdown.wait", wait));

        assertThat(List.of(
                        options.tm().closeLimit(),
                        options.rm(dirtyWrite -> {}, BranchListener.NONE).closeLimit(),
                        options.rpc().closeTimeout()))
                .containsOnly(Duration.ofMillis((long) (seconds * 1000)));
    }

    private static ClientOptions options(Map<String, String> properties) {
        SeataProperties bound = BoundProperties.of(properties);
        return new ClientOptions(
                bound,
                BoundProperties.ofOurs(properties),
                Identity.of(bound, Map.of("spring.application.name", "shop")::get));
    }
}
