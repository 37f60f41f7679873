package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.tc.TcServer;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A TC that is killed and comes back finds its client there, with nothing of it lost. */
abstract class TcRestartContract {

    private static final String RESOURCE = "jdbc:h2:mem:restart";

    private final String version;

    TcRestartContract(String version) {
        this.version = version;
    }

    @Test
    void transaction_begun_before_the_tc_was_killed_is_rolled_back_after_its_restart() throws TransactionException {
        var rm = new RecordingInbound();
        var options = RpcOptions.builder("restart", "default_tx_group")
                .startupWait(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMax(Duration.ofSeconds(1))
                .build();
        try (var tc = TcServer.version(version).start();
                var client = new SeataRpcClient(options, StaticDiscovery.of(tc.address()))) {
            client.open(rm, rm);
            client.register(RESOURCE);
            var xid = client.begin(null, null, "restart", 600_000);
            var branchId = client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:1");

            tc.kill();
            await().untilAsserted(() -> assertThatThrownBy(() -> client.getStatus(xid))
                    .isInstanceOf(TcUnreachableException.class)
                    .hasMessageContaining(tc.address()));
            tc.restart();

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(TcRestartContract::isNotThereYet)
                    .untilAsserted(() -> assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin));
            assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
            assertThat(rm.calls).containsExactly("rollback " + branchId + " of " + RESOURCE);
        }
    }

    /** A TC that is starting may take a connection and drop it again. */
    static boolean isNotThereYet(Throwable failure) {
        return failure instanceof TcUnreachableException || failure instanceof AnswerLostException;
    }
}
