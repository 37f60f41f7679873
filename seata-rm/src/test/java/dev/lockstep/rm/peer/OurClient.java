package dev.lockstep.rm.peer;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.tm.XidPropagation;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Our client on one database, with a TC of the test's that gives branches the ids they are told to have. */
final class OurClient implements FleetMember, AutoCloseable {

    private final PretendedTc tc = new PretendedTc();
    private final ResourceManager resourceManager;
    private final DataSource managed;
    private final String resourceId;

    OurClient(DataSource database, String resourceId, ResourceManagerOptions options) throws InterruptedException {
        this.resourceId = resourceId;
        CountDownLatch known = new CountDownLatch(1);
        resourceManager = new ResourceManager(tc, resource -> known.countDown(), options);
        managed = resourceManager.wrap(database);
        // The database is asked in the background what it is, and a rollback may be the first that comes.
        if (!known.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException(resourceId + " was not opened");
        }
    }

    @Override
    public Branch write(String xid, long branchId, LocalWork work) throws Exception {
        tc.nextBranch = branchId;
        tc.lockKeys.clear();
        try (var joined = XidPropagation.join(xid);
                Connection connection = managed.getConnection()) {
            Objects.requireNonNull(joined);
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
        }
        return new Branch(tc.resourceId, List.copyOf(tc.lockKeys));
    }

    @Override
    public void rollBack(String xid, long branchId) {
        BranchStatus status = resourceManager.branchRollback(BranchType.AT, xid, branchId, resourceId, null);
        if (status != BranchStatus.PhaseTwo_Rollbacked) {
            throw new IllegalStateException("Not rolled back but " + status);
        }
    }

    @Override
    public void close() {
        resourceManager.close();
    }

    private static final class PretendedTc implements ResourceManagerOutbound {
        private final List<String> lockKeys = new ArrayList<>();
        private String resourceId = "";
        private long nextBranch;

        @Override
        public Long branchRegister(
                BranchType branchType,
                String resource,
                @Nullable String clientId,
                String xid,
                @Nullable String applicationData,
                String keys) {
            resourceId = resource;
            lockKeys.add(keys);
            return nextBranch;
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
