package dev.lockstep.benchmarks.official;

import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import dev.lockstep.benchmarks.load.TcCalls;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import io.seata.rm.DefaultResourceManager;
import io.seata.rm.RMClient;
import io.seata.tm.TMClient;
import io.seata.tm.TransactionManagerHolder;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The process of the official client, driven through its own ports and started as its documentation says, with its defaults
 * unless a system property says otherwise. Settings: {@code tc}, {@code application}.
 */
public final class OfficialClient implements ClientUnderLoad, TcCalls {

    private static final String GROUP = "default_tx_group";
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Callers callers = new Callers();
    private final CommittingResourceManager resourceManager = new CommittingResourceManager();
    private final LongAdder registered = new LongAdder();
    private final String application;
    private final TransactionManager transactionManager;

    private OfficialClient(Map<String, String> settings) {
        application = settings.get("application");
        System.setProperty("service.vgroupMapping." + GROUP, "default");
        System.setProperty("service.default.grouplist", settings.get("tc"));
        DefaultResourceManager.get();
        DefaultResourceManager.mockResourceManager(BranchType.AT, resourceManager);
        TMClient.init(application, GROUP);
        RMClient.init(application, GROUP);
        DefaultResourceManager.get().registerResource(new NamedResource());
        transactionManager = TransactionManagerHolder.get();
    }

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, OfficialClient::open);
    }

    private static OfficialClient open(Map<String, String> settings) throws TransactionException {
        var opened = new OfficialClient(settings);
        opened.commit(opened.begin());
        return opened;
    }

    @Override
    public Tally run(Round round) throws Exception {
        return callers.run(round, this);
    }

    @Override
    public String begin() throws TransactionException {
        return transactionManager.begin(application, GROUP, "benchmark", TIMEOUT_MILLIS);
    }

    @Override
    public long register(String xid, String lockKey) throws TransactionException {
        var branchId =
                DefaultResourceManager.get().branchRegister(BranchType.AT, NamedResource.ID, null, xid, null, lockKey);
        registered.increment();
        return branchId;
    }

    @Override
    public void report(String xid, long branchId) throws TransactionException {
        DefaultResourceManager.get().branchReport(BranchType.AT, xid, branchId, BranchStatus.PhaseOne_Done, null);
    }

    @Override
    public void commit(String xid) throws TransactionException {
        var status = transactionManager.commit(xid);
        if (status != GlobalStatus.Committed) {
            throw new IllegalStateException("The commit of " + xid + " was answered with " + status + ".");
        }
    }

    @Override
    public long branchesOpen() {
        return registered.sum() - resourceManager.committed();
    }

    @Override
    public void close() {
        // The official client closes itself in a shutdown hook.
        callers.close();
    }
}
