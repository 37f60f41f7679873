package dev.lockstep.rm;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.PromptInbound;
import dev.lockstep.port.ResourceRegistry;
import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.rm.at.AtResource;
import dev.lockstep.rm.at.AtSettings;
import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.at.phasetwo.AtBranchHandler;
import dev.lockstep.rm.at.phasetwo.OrphanSweep;
import dev.lockstep.rm.at.phasetwo.Recurrence;
import dev.lockstep.rm.at.undo.StandingBranches;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.RepeatedTrouble;
import dev.lockstep.rm.event.ResourceState;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
public final class ResourceManager implements PromptInbound, UndoLogSweep, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ResourceManager.class);

    /** Undo logs that were left over are looked for so long after a resource was opened, when its start is over. */
    private static final Duration FIRST_SWEEP = Duration.ofSeconds(20);

    /** Time between two later looks for them. */
    private static final Duration SWEEP_AGAIN = Duration.ofHours(1);

    /** Time between two tries to reach a database that was down when its data source was wrapped. */
    private static final Duration OPEN_AGAIN = Duration.ofSeconds(10);

    /** A start reaches all databases within that time, as a rule; then the thread has nothing to do. */
    private static final Duration OPENER_IDLE = Duration.ofSeconds(1);

    /** Threads that report failures to the TC; each may wait long for a TC that is silent. */
    private static final int REPORTERS = 2;

    /** Reports of failure that may wait for them; the TC does without the others. */
    private static final int MOST_REPORTS = 1_000;

    private final ResourceManagerOutbound tc;
    private final ResourceRegistry registry;
    private final AtSettings settings;
    private final StandingBranches standing = new StandingBranches();
    private final AtBranchHandler branches;
    private final WrappedDataSources wrapped = new WrappedDataSources();
    private final ScheduledThreadPoolExecutor opener = opener();
    /** Apart from the opener: a pass may take long. */
    private final ScheduledThreadPoolExecutor sweeper = background("lockstep-orphans");

    private final AtomicBoolean sweeping = new AtomicBoolean();

    private final ThreadPoolExecutor reports = reports();

    private volatile boolean reaching;

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
        BranchListener listener = GuardedBranchListener.around(options.branchListener());
        this.branches = new AtBranchHandler(standing, tc instanceof GlobalStatusQuery query ? query : null, listener);
        this.reaching = options.reachAtOnce();
        this.settings = new AtSettings(
                options.undoLogTable(),
                options.createUndoLogTable(),
                options.changingUrls(),
                options.undoLogFormat(),
                options.undoDataValidation(),
                options.onlyCareUpdateColumns(),
                options.uncapturedTables(),
                options.sideEffectsIgnored(),
                options.unknownFunctions(),
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
                listener);
    }

    /** Without a thread while there is nothing to reach. */
    private static ScheduledThreadPoolExecutor opener() {
        ScheduledThreadPoolExecutor opener = background("lockstep-resources");
        opener.setKeepAliveTime(OPENER_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        opener.allowCoreThreadTimeOut(true);
        return opener;
    }

    private static ScheduledThreadPoolExecutor background(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // Who comes while the RM is closed comes for nothing; it is no fault of a first database's.
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return executor;
    }

    /** Starts a thread with the first report and ends it when there has been none for a while. */
    private static ThreadPoolExecutor reports() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                REPORTERS, REPORTERS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_REPORTS), task -> {
                    Thread thread = new Thread(task, "lockstep-reports");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Gives the data source to use in place of this one. Wrapping it again, or wrapping the result, gives the same. Does not
     * wait for the database: in the background it is asked what it is and made known to the TC, again and again until it
     * answers, so that branches left by an earlier process can be ended. The options may put that off until {@link
     * #reachDatabases}.
     *
     * <p>It must lead to one database. One that chooses among several is refused writes inside a global transaction wherever it
     * leads to another than at first: wrap those that it chooses from.
     *
     * <p>Branches of a database are ended through the data source that was wrapped last, or another one that leads there, as
     * long as it can write. Tell with {@link #release} when one of them is about to be closed.
     */
    public DataSource wrap(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource");
        AtDataSource known = alreadyWrapped(dataSource);
        if (known != null) {
            return dataSource;
        }
        return wrapped.computeIfAbsent(dataSource, original -> {
            AtDataSource wrapper = new AtDataSource(original, this::open);
            if (reaching) {
                reach(wrapper);
            }
            return wrapper;
        });
    }

    /**
     * Reaches the databases of all data sources that were wrapped, in the background, and from now on those of others as soon as
     * they are wrapped. Does not block; may be repeated.
     */
    public void reachDatabases() {
        if (!reaching) {
            // Before the look at what is there: whatever is wrapped meanwhile is seen by one side or the other.
            reaching = true;
            wrapped.present().forEach(this::reach);
        }
    }

    private void reach(AtDataSource wrapper) {
        if (!opener.isShutdown()) {
            WeakReference<AtDataSource> reference = new WeakReference<>(wrapper);
            opener.execute(() -> openInBackground(reference, new Recurrence(System::nanoTime)));
        }
    }

    /**
     * Ends no branches through this data source any more and keeps nothing of it: for a pool that is about to be closed while
     * the application goes on. Nothing is to be written through it inside a global transaction from now on. The database stays
     * known to the TC; branches that were written there wait until another data source that leads to it is wrapped, if none is.
     * May be repeated; does nothing for one that was never wrapped.
     *
     * @param dataSource the one given to {@link #wrap}, or what that gave
     */
    public void release(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource");
        DataSource original = dataSource instanceof AtDataSource wrapper ? wrapper.original() : dataSource;
        wrapped.remove(original);
        branches.remove(original);
    }

    private static @Nullable AtDataSource alreadyWrapped(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(AtDataSource.class) ? dataSource.unwrap(AtDataSource.class) : null;
        } catch (SQLException e) {
            // Cannot tell, as some pools before their start: then it is none of ours.
            log.debug("[rm] {} does not say what it wraps", dataSource, e);
            return null;
        }
    }

    /** Called by a data source of ours at its first use inside a global transaction, or from the background before. */
    private AtResource open(DataSource dataSource, Connection connection) throws SQLException {
        AtResource resource = AtResource.of(dataSource, connection, tc, settings, standing, reports);
        boolean added = branches.add(resource.resourceId(), resource.phaseTwo());
        if (!wrapped.holds(dataSource)) {
            // Released in the meantime.
            branches.remove(dataSource);
        }
        registry.register(resource.resourceId());
        if (added && tc instanceof GlobalStatusQuery query && !sweeper.isShutdown()) {
            sweep(resource.phaseTwo().orphans(), query);
        }
        String classNames = settings.undoLogFormat().classNames().prefix();
        log.info(
                "[rm {}] Takes part in global transactions; its undo logs name classes of {}, as official clients {}"
                        + " do: of those only these roll back what is written here",
                resource.resourceId(),
                classNames,
                classNames.equals("io.seata") ? "up to 2.0" : "from 2.1 on");
        return resource;
    }

    /** Soon after a database is known, and then all of them again and again; without a thread before there is one. */
    private void sweep(OrphanSweep orphans, GlobalStatusQuery query) {
        sweeper.schedule(() -> orphans.run(query), FIRST_SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        if (sweeping.compareAndSet(false, true)) {
            sweeper.scheduleWithFixedDelay(
                    () -> branches.sweepOrphans(query),
                    SWEEP_AGAIN.toMillis(),
                    SWEEP_AGAIN.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Until it works, or nobody else holds the data source or wants it to take part. */
    private void openInBackground(WeakReference<AtDataSource> reference, Recurrence failures) {
        AtDataSource dataSource = reference.get();
        if (dataSource == null || !wrapped.holds(dataSource.original())) {
            return;
        }
        try {
            dataSource.open();
        } catch (SQLFeatureNotSupportedException e) {
            log.error("[rm] {} takes no part in global transactions: {}", dataSource, e.getMessage());
        } catch (SQLException | RuntimeException e) {
            Recurrence.Line line = failures.next(e);
            if (line.due()) {
                log.warn(
                        "[rm] {} cannot be reached yet, {} tries by now; trying again every {} s: {}",
                        dataSource,
                        line.times(),
                        OPEN_AGAIN.toSeconds(),
                        e.getMessage(),
                        line.first() ? e : null);
            } else {
                log.debug("[rm] {} cannot be reached yet", dataSource, e);
            }
            settings.branchListener().troubled(RepeatedTrouble.DATABASE_NOT_REACHED, null);
            if (!opener.isShutdown()) {
                opener.schedule(
                        () -> openInBackground(reference, failures), OPEN_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
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

    /** The branch joins a queue, whose length is bounded, for its undo log to be deleted. */
    @Override
    public boolean commitsPromptly() {
        return true;
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

    /**
     * What {@link #wrap} gave for each data source that takes part, in no order: those that were released are none of them, nor are
     * those that nobody else holds any more. Does not block.
     */
    public List<DataSource> dataSources() {
        return List.copyOf(wrapped.present());
    }

    /** What is known of the data sources whose databases have been reached, in no order. Does not block. */
    public List<ResourceState> resources() {
        Set<String> told = new HashSet<>();
        return wrapped.present().stream()
                .map(dataSource -> dataSource.state(id -> told.add(id) ? branches.cleaner(id) : null))
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public void close() {
        // Without an interrupt: an interrupted driver may close more than the call it is in.
        opener.shutdown();
        sweeper.shutdown();
        reports.shutdown();
        branches.beginClose();
        long deadline = System.nanoTime() + settings.closeLimit().toNanos();
        await(opener, deadline);
        branches.awaitEnd(Duration.ofNanos(deadline - System.nanoTime()));
        await(sweeper, deadline);
    }

    /** It may hold a connection of a pool that is closed next. */
    private void await(ScheduledThreadPoolExecutor background, long deadline) {
        try {
            if (!background.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.warn("[rm] A database did not answer in the background; its connection is left to its pool");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
