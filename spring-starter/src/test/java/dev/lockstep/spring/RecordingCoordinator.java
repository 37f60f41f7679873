package dev.lockstep.spring;

import dev.lockstep.port.ResourceRegistry;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A TC that agrees to everything and writes down the global transactions it is asked for. Thread-safe. */
public final class RecordingCoordinator implements TransactionManager, ResourceManagerOutbound, ResourceRegistry {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicLong numbers = new AtomicLong();

    /** What happened, in order; tests add what they do themselves. */
    public List<String> events() {
        return events;
    }

    @Override
    public String begin(String applicationId, String group, String name, int timeoutMills) {
        events.add("begin " + name);
        return "127.0.0.1:8091:" + numbers.incrementAndGet();
    }

    @Override
    public GlobalStatus commit(String xid) {
        events.add("commit");
        return GlobalStatus.Committed;
    }

    @Override
    public GlobalStatus rollback(String xid) {
        events.add("rollback");
        return GlobalStatus.Rollbacked;
    }

    @Override
    public GlobalStatus getStatus(String xid) {
        return GlobalStatus.Begin;
    }

    @Override
    public GlobalStatus globalReport(String xid, GlobalStatus globalStatus) {
        return globalStatus;
    }

    @Override
    public Long branchRegister(
            BranchType type, String resourceId, String clientId, String xid, String applicationData, String lockKeys) {
        return numbers.incrementAndGet();
    }

    @Override
    public void branchReport(BranchType type, String xid, long branchId, BranchStatus status, String applicationData) {}

    @Override
    public boolean lockQuery(BranchType type, String resourceId, String xid, String lockKeys)
            throws TransactionException {
        return true;
    }

    @Override
    public void register(String resourceId) {}
}
