package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.tc.TcServer;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What TC 1.4.2 does to one in 100 of the rollbacks that it cannot deliver at once: it fails while it writes the stack trace
 * to its log, before it has noted that it must try again. Here it writes the stack trace every time; the TC of the contract
 * never does. After a restart it goes on once 130 s have passed since the begin; here that time is short.
 */
class Tc142ForgottenRollbackIT {

    private static final String RESOURCE = "jdbc:h2:mem:forgotten";
    /** The TC looks once a second for what is to be tried again. */
    private static final Duration NEXT_ATTEMPT = Duration.ofMillis(2_500);

    @Test
    void rollback_whose_failure_cannot_be_logged_is_answered_rollbacking_and_waits_for_a_restart()
            throws TransactionException {
        var rm = new RecordingInbound();
        var options = RpcOptions.builder("forgotten", "default_tx_group")
                .startupWait(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMax(Duration.ofSeconds(1))
                .build();
        try (var tc = TcServer.version("1.4.2")
                        .systemProperty("log.exceptionRate", "1")
                        .systemProperty("server.retryDeadThreshold", "1")
                        .start();
                var client = new SeataRpcClient(options, StaticDiscovery.of(tc.address()))) {
            client.open(rm, rm);
            var xid = client.begin(null, null, "forgotten", 600_000);
            var branchId = client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:1");

            var refused = catchThrowableOfType(TcRefusedException.class, () -> client.rollback(xid));

            assertThat(refused.globalStatus()).isEqualTo(GlobalStatus.Rollbacking);
            client.register(RESOURCE);
            await().during(NEXT_ATTEMPT).atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Rollbacking);
                assertThat(rm.calls).isEmpty();
            });

            tc.kill();
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> client.getStatus(xid)).isInstanceOf(TcUnreachableException.class));
            tc.restart();

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(TcRestartContract::isNotThereYet)
                    .untilAsserted(() -> assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Finished));
            assertThat(rm.calls).containsExactly("rollback " + branchId + " of " + RESOURCE);
        }
    }
}
