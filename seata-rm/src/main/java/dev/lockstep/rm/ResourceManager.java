package dev.lockstep.rm;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.ResourceRegistry;
import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.rm.at.AtResource;
import dev.lockstep.rm.at.AtSettings;
import dev.lockstep.rm.at.ResourceState;
import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.at.phasetwo.AtBranchHandler;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes data sources take part in global transactions and ends their branches when the TC says so.
 *
 * <p>Built from the outgoing port, then given to the transport as the incoming one; data sources are wrapped after the
 * transport was opened. Closing waits a bounded time for undo logs to be deleted; wrapped data sources keep working outside
 * global transactions, and none of the user's data sources is closed. Thread-safe.
 */
public final class ResourceManager implements ResourceManagerInbound, UndoLogSweep, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ResourceManager.class);

    /** Undo logs that were left over are looked for so long after a resource was opened, when its start is over. */
    private static final Duration FIRST_SWEEP = Duration.ofSeconds(20);

    /** Time between two later looks for them. */
    private static final Duration SWEEP_AGAIN = Duration.ofHours(1);

    /** Time between two tries to reach a database that was down when its data source was wrapped. */
    private static final Duration OPEN_AGAIN = Duration.ofSeconds(10);

    private final ResourceManagerOutbound tc;
    private final ResourceRegistry registry;
    private final AtSettings settings;
    private final AtBranchHandler branches = new AtBranchHandler();
    private final ReentrantLock wrapping = new ReentrantLock();
    private final Map<DataSource, AtDataSource> wrapped = new IdentityHashMap<>();
    private final ScheduledThreadPoolExecutor opener = background("lockstep-resources");
    /** Apart from the opener: a pass may take long. */
    private final ScheduledThreadPoolExecutor sweeper = background("lockstep-orphans");

    /**
     * An RM without data sources.
     *
     * @param tc the TC as an RM sees it; if it is a {@link GlobalStatusQuery} too, undo logs that were left over are swept
     * @param registry where resources are made known to the TC
     */
    public ResourceManager(ResourceManagerOutbound tc, ResourceRegistry registry, ResourceManagerOptions options) {
        this.tc = Objects.requireNonNull(tc, "tc");
        this.registry = Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(options, "options");
        if (tc instanceof GlobalStatusQuery query) {
            sweeper.scheduleWithFixedDelay(
                    () -> branches.sweepOrphans(query),
                    SWEEP_AGAIN.toMillis(),
                    SWEEP_AGAIN.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        this.settings = new AtSettings(
                options.undoLogTable(),
                options.createUndoLogTable(),
                options.undoLogFormat(),
                options.undoDataValidation(),
                options.onlyCareUpdateColumns(),
                options.uncapturedTables(),
                options.sideEffectsIgnored(),
                options.lockKeys(),
                new LockRetry(options.lockRetryInterval(), options.lockRetryTimes(), options.lockRetryLimit()),
                options.reportSuccess(),
                options.reportRetryCount(),
                options.asyncCommitBufferLimit(),
                options.lostCommitLimit(),
                options.rollbackLockWait(),
                options.closeLimit(),
                options.orphanAge(),
                options.tableMetaAge(),
                (resourceId, xid, branchId, what) ->
                        options.dirtyWriteListener().onDirtyWrite(DirtyWrite.of(resourceId, xid, branchId, what)),
                GuardedBranchListener.around(options.branchListener()));
    }

    private static ScheduledThreadPoolExecutor background(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    /**
     * Gives the data source to use in place of this one. Wrapping it again, or wrapping the result, gives the same. Does not
     * wait for the database: in the background it is asked what it is and made known to the TC, again and again until it
     * answers, so that branches left by an earlier process can be ended.
     */
    public DataSource wrap(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource");
        AtDataSource known = alreadyWrapped(dataSource);
        if (known != null) {
            return dataSource;
        }
        wrapping.lock();
        try {
            return wrapped.computeIfAbsent(dataSource, original -> {
                AtDataSource wrapper = new AtDataSource(original, this::open);
                if (!opener.isShutdown()) {
                    opener.execute(() -> openInBackground(wrapper));
                }
                return wrapper;
            });
        } finally {
            wrapping.unlock();
        }
    }

    private static @Nullable AtDataSource alreadyWrapped(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(AtDataSource.class) ? dataSource.unwrap(AtDataSource.class) : null;
        } catch (SQLException e) {
            // Cannot tell, as some pools before their start: then it is none of ours.
            log.debug("{} does not say what it wraps", dataSource, e);
            return null;
        }
    }

    /** Called by a data source of ours at its first use inside a global transaction, or from the background before. */
    private AtResource open(DataSource dataSource, Connection connection) throws SQLException {
        AtResource resource = AtResource.of(dataSource, connection, tc, settings);
        boolean added = branches.add(resource.resourceId(), resource.phaseTwo());
        registry.register(resource.resourceId());
        if (added && tc instanceof GlobalStatusQuery query && !sweeper.isShutdown()) {
            sweeper.schedule(
                    () -> resource.phaseTwo().orphans().run(query), FIRST_SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        }
        String classNames = settings.undoLogFormat().classNames().prefix();
        log.info(
                "[rm {}] Takes part in global transactions; its undo logs name classes of {}, as official clients {} do:"
                        + " of those only these roll back what is written here",
                resource.resourceId(),
                classNames,
                classNames.equals("io.seata") ? "up to 2.0" : "from 2.1 on");
        return resource;
    }

    private void openInBackground(AtDataSource dataSource) {
        try {
            dataSource.open();
        } catch (SQLFeatureNotSupportedException e) {
            log.warn("{} takes no part in global transactions: {}", dataSource, e.getMessage());
        } catch (SQLException | RuntimeException e) {
            log.warn("{} cannot be reached yet; trying again in {} s", dataSource, OPEN_AGAIN.toSeconds(), e);
            if (!opener.isShutdown()) {
                opener.schedule(() -> openInBackground(dataSource), OPEN_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /**
     * This RM as seata-core's own interface, for libraries that are written to that. Data sources become resources by {@link
     * #wrap} all the same.
     */
    public io.seata.core.model.ResourceManager port() {
        return new ResourceManagerPort(this, tc, branches::resourceIds);
    }

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return branches.branchCommit(branchType, xid, branchId, resourceId, applicationData);
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return branches.branchRollback(branchType, xid, branchId, resourceId, applicationData);
    }

    @Override
    public void deleteUndoLogs(String resourceId, int saveDays) {
        branches.deleteUndoLogs(resourceId, saveDays);
    }

    /** What is known of the data sources whose databases have been reached, in no order. Does not block. */
    public List<ResourceState> resources() {
        wrapping.lock(); // nothing inside waits for anything
        try {
            return wrapped.values().stream()
                    .map(AtDataSource::state)
                    .filter(Objects::nonNull)
                    .toList();
        } finally {
            wrapping.unlock();
        }
    }

    @Override
    public void close() {
        // Without an interrupt: an interrupted driver may close more than the call it is in.
        opener.shutdown();
        sweeper.shutdown();
        await(opener);
        branches.close();
        await(sweeper);
    }

    /** It may hold a connection of a pool that is closed next. */
    private void await(ScheduledThreadPoolExecutor background) {
        try {
            if (!background.awaitTermination(settings.closeLimit().toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("[rm] A database did not answer in the background; its connection is left to its pool");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
