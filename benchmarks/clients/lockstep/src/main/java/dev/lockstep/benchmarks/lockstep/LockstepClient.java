package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import dev.lockstep.benchmarks.load.TcCalls;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The process of our client, driven through the ports. Settings: {@code tc}, {@code application}, {@code reports} (off
 * to make none, whatever the workload), {@code roles} (apart: the TM has a client and so a connection of its own, as the official
 * one has), and those of {@link ReportSettings} and {@link ConnectionSettings}.
 */
public final class LockstepClient implements ClientUnderLoad, TcCalls {

    private static final String GROUP = "default_tx_group";
    private static final String RESOURCE = "jdbc:bench:lockstep";
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Callers callers = new Callers();
    private final WireCounts counts = new WireCounts();
    private final CommittingInbound inbound = new CommittingInbound();
    private final LongAdder registered = new LongAdder();
    private final SeataRpcClient tm;
    private final SeataRpcClient rm;
    private final String application;
    private final boolean reports;

    private LockstepClient(Map<String, String> settings) {
        application = settings.get("application");
        reports = !"off".equals(settings.get("reports"));
        var options = ReportSettings.apply(
                        ConnectionSettings.apply(RpcOptions.builder(application, GROUP), settings), settings)
                .build();
        var discovery = StaticDiscovery.of(settings.get("tc"));
        rm = new SeataRpcClient(options, discovery, counts);
        tm = "apart".equals(settings.get("roles")) ? new SeataRpcClient(options, discovery, counts) : rm;
    }

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, LockstepClient::open);
    }

    private static LockstepClient open(Map<String, String> settings) throws TransactionException {
        var opened = new LockstepClient(settings);
        opened.rm.open(opened.inbound, (resourceId, days) -> {});
        opened.rm.register(RESOURCE);
        if (opened.tm != opened.rm) {
            opened.tm.open(opened.inbound, (resourceId, days) -> {});
        }
        opened.commit(opened.begin());
        return opened;
    }

    @Override
    public Tally run(Round round) throws Exception {
        return callers.run(round, this);
    }

    @Override
    public String begin() throws TransactionException {
        return tm.begin(application, GROUP, "benchmark", TIMEOUT_MILLIS);
    }

    @Override
    public long register(String xid, String lockKey) throws TransactionException {
        var branchId = rm.branchRegister(BranchType.AT, RESOURCE, null, xid, null, lockKey);
        registered.increment();
        return branchId;
    }

    @Override
    public void report(String xid, long branchId) throws TransactionException {
        if (!reports) {
            return;
        }
        rm.branchReport(BranchType.AT, xid, branchId, BranchStatus.PhaseOne_Done, null);
    }

    @Override
    public void commit(String xid) throws TransactionException {
        var status = tm.commit(xid);
        if (status != GlobalStatus.Committed) {
            throw new IllegalStateException("The commit of " + xid + " was answered with " + status + ".");
        }
    }

    @Override
    public long branchesOpen() {
        return registered.sum() - inbound.committed();
    }

    @Override
    public Map<String, Long> counters() {
        return counts.all();
    }

    @Override
    public void close() {
        callers.close();
        if (tm != rm) {
            tm.close();
        }
        rm.close();
    }
}
