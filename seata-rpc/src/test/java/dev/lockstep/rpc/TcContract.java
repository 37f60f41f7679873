package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.testing.contract.CoordinatorClient;
import dev.lockstep.testing.contract.CoordinatorContract;
import dev.lockstep.testing.contract.CoordinatorTraits;
import dev.lockstep.testing.tc.TcServer;
import io.seata.core.model.ResourceManagerInbound;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A real TC, reached by our client, does what the in-memory coordinator does. */
abstract class TcContract extends CoordinatorContract {

    private final TcServer tc;
    private final AtomicInteger reportsAnswered = new AtomicInteger();

    TcContract(TcServer tc) {
        this.tc = tc;
    }

    @Override
    protected CoordinatorTraits traits() {
        return CoordinatorTraits.ofTc(tc.version());
    }

    @Override
    protected CoordinatorClient connect(String applicationId, ResourceManagerInbound inbound, UndoLogSweep sweep) {
        // A shared TC on a busy machine: what is slow is not wrong here.
        var options = RpcOptions.builder(applicationId, "default_tx_group")
                .startupWait(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .build();
        var client = new SeataRpcClient(options, StaticDiscovery.of(tc.address()), new RpcListener() {
            @Override
            public void answered(TcAddress address, String request, long nanos) {
                if (request.equals("BranchReportRequest")) {
                    reportsAnswered.incrementAndGet();
                }
            }
        });
        client.open(inbound, sweep);
        // A resource registered before is announced soon after, and the contract expects it announced.
        assertThat(client.stateOnceDecided().isUsable()).isTrue();
        return CoordinatorClient.of(client, client);
    }

    /** Reports of success leave some time later, and the contract sends one at most. */
    @Override
    protected void awaitReports() {
        await().until(() -> reportsAnswered.get() > 0);
    }
}
