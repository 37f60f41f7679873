package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import java.util.Map;

/**
 * The process of a client that keeps no connection: each transaction begins with a new one and ends with closing it. What it
 * loses is what kept connections gain. Runs empty transactions only. Settings: {@code tc}, {@code application}.
 */
public final class LockstepReconnecting implements ClientUnderLoad {

    private static final String GROUP = "default_tx_group";
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Callers callers = new Callers();
    private final Map<String, String> settings;

    private LockstepReconnecting(Map<String, String> settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, settings -> {
            var opened = new LockstepReconnecting(settings);
            opened.transaction();
            return opened;
        });
    }

    @Override
    public Tally run(Round round) throws Exception {
        if (!round.workload().equals("empty")) {
            throw new IllegalArgumentException(
                    "This client runs empty transactions only, not " + round.workload() + ".");
        }
        return callers.run(round, this::transaction);
    }

    private void transaction() throws TransactionException {
        var application = settings.get("application");
        var client = new SeataRpcClient(
                RpcOptions.builder(application, GROUP).build(),
                StaticDiscovery.of(settings.get("tc")),
                new RpcListener() {});
        try {
            client.open(new CommittingInbound(), (resourceId, days) -> {});
            var status = client.commit(client.begin(application, GROUP, "benchmark", TIMEOUT_MILLIS));
            if (status != GlobalStatus.Committed) {
                throw new IllegalStateException("The commit was answered with " + status + ".");
            }
        } finally {
            client.close();
        }
    }

    @Override
    public long branchesOpen() {
        return 0;
    }

    @Override
    public void close() {
        callers.close();
    }
}
