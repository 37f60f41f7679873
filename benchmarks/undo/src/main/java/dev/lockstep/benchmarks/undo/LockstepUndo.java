package dev.lockstep.benchmarks.undo;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.tm.XidPropagation;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Our RM, with a TC that gives branches the ids they are told to have. */
final class LockstepUndo implements UndoClient {

    private final GivenIds tc = new GivenIds();
    private final ResourceManager resourceManager;
    private final DataSource managed;
    private final String resourceId;

    LockstepUndo(DataSource database, String resourceId) throws InterruptedException {
        this.resourceId = resourceId;
        CountDownLatch opened = new CountDownLatch(1);
        resourceManager = new ResourceManager(tc, known -> opened.countDown(), ResourceManagerOptions.defaults());
        managed = resourceManager.wrap(database);
        if (!opened.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException(resourceId + " was not opened");
        }
    }

    @Override
    public void write(String xid, long branchId, LocalWork work) throws Exception {
        tc.next = branchId;
        try (var joined = XidPropagation.join(xid);
                Connection connection = managed.getConnection()) {
            Objects.requireNonNull(joined);
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
        }
    }

    @Override
    public void rollBack(String xid, long branchId) {
        BranchStatus status = resourceManager.branchRollback(BranchType.AT, xid, branchId, resourceId, null);
        if (status != BranchStatus.PhaseTwo_Rollbacked) {
            throw new IllegalStateException("Not rolled back but " + status);
        }
    }

    @Override
    public boolean commit(String xid, long branchId) {
        return resourceManager.branchCommit(BranchType.AT, xid, branchId, resourceId, null)
                == BranchStatus.PhaseTwo_Committed;
    }

    @Override
    public void close() {
        resourceManager.close();
    }

    private static final class GivenIds implements ResourceManagerOutbound {
        private long next;

        @Override
        public Long branchRegister(
                BranchType branchType,
                String resource,
                @Nullable String clientId,
                String xid,
                @Nullable String applicationData,
                String keys) {
            return next;
        }

        @Override
        public void branchReport(
                BranchType branchType, String xid, long branchId, BranchStatus status, @Nullable String data) {}

        @Override
        public boolean lockQuery(BranchType branchType, String resource, String xid, String keys) {
            return true;
        }
    }
}
