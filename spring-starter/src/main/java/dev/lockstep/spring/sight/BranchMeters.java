package dev.lockstep.spring.sight;

import dev.lockstep.rm.DirtyWrite;
import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rm.event.RepeatedTrouble;
import dev.lockstep.rm.event.ResourceState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the branches of this instance, by database; docs/operations.md lists them. Each meter is looked up once. Counts
 * from the moment when it is bound to a registry. Thread-safe.
 */
final class BranchMeters implements MeterBinder, BranchListener, DirtyWriteListener {

    /** In place of a resource that nobody here knows. */
    private static final String UNKNOWN = "(unknown)";

    private final Supplier<@Nullable ResourceManager> resourceManager;
    private final Map<String, OfResource> resources = new ConcurrentHashMap<>();

    /** Troubles with what nobody here knows by a name: a TC could name no end of them. */
    private final Map<RepeatedTrouble, Counter> elsewhere = new ConcurrentHashMap<>();

    private volatile @Nullable MeterRegistry registry;

    /** @param resourceManager asked when the figures are read; gives null where the application has none of ours */
    BranchMeters(Supplier<@Nullable ResourceManager> resourceManager) {
        this.resourceManager = resourceManager;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        gauge("seata.undo.logs.waiting", ResourceState::undoLogsToDelete)
                .description("Undo logs of committed branches that wait for their deletion")
                .register(meters);
        gauge("seata.plans", ResourceState::plans)
                .description("SQL texts whose meaning is kept")
                .register(meters);
        gauge("seata.tables", ResourceState::tables)
                .description("Tables whose columns and keys are kept")
                .register(meters);
        FunctionCounter.builder("seata.plans.made", this, it -> it.sum(ResourceState::plansMade))
                .description("SQL texts whose meaning was found out")
                .register(meters);
        FunctionCounter.builder("seata.tables.read", this, it -> it.sum(ResourceState::tablesRead))
                .description("Tables that were read from a database's catalogue")
                .register(meters);
        MeterRegistry all = Registries.joined(registry, meters);
        elsewhere.put(RepeatedTrouble.UNKNOWN_RESOURCE, troubles(all, RepeatedTrouble.UNKNOWN_RESOURCE, UNKNOWN));
        elsewhere.put(
                RepeatedTrouble.DATABASE_NOT_REACHED, troubles(all, RepeatedTrouble.DATABASE_NOT_REACHED, UNKNOWN));
        registry = all;
        resources.clear();
    }

    private static Counter troubles(MeterRegistry meters, RepeatedTrouble kind, String resource) {
        return Counter.builder("seata.troubles")
                .description("Times that something failed which is tried again and again, logged or not")
                .tags("kind", Tagged.value(kind), "resource", resource)
                .register(meters);
    }

    private Gauge.Builder<BranchMeters> gauge(String name, ToDoubleFunction<ResourceState> figure) {
        return Gauge.builder(name, this, it -> it.sum(figure));
    }

    private double sum(ToDoubleFunction<ResourceState> figure) {
        ResourceManager manager = resourceManager.get();
        return manager == null
                ? 0
                : manager.resources().stream().mapToDouble(figure).sum();
    }

    private @Nullable OfResource of(String resourceId) {
        OfResource known = resources.get(resourceId);
        MeterRegistry meters = registry;
        return known != null || meters == null
                ? known
                : resources.computeIfAbsent(resourceId, id -> new OfResource(meters, id));
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        OfResource meters = of(resourceId);
        return meters == null ? BranchProgress.NONE : new Progress(meters, System.nanoTime());
    }

    @Override
    public void lockConflict(String resourceId) {
        OfResource meters = of(resourceId);
        if (meters != null) {
            meters.lockConflicts.increment();
        }
    }

    @Override
    public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
        OfResource meters = of(resourceId);
        if (meters != null) {
            (obtained ? meters.obtained : meters.gaveUp).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void onDirtyWrite(DirtyWrite dirtyWrite) {
        OfResource meters = of(dirtyWrite.resourceId());
        if (meters != null) {
            meters.dirtyWrites.increment();
        }
    }

    @Override
    public void troubled(RepeatedTrouble trouble, @Nullable String resourceId) {
        OfResource meters = resourceId == null ? null : of(resourceId);
        Counter counter = meters == null ? elsewhere.get(trouble) : meters.troubles.get(trouble);
        if (counter != null) {
            counter.increment();
        }
    }

    private record Progress(OfResource meters, long beganNanos) implements BranchProgress {

        @Override
        public void undoLogWritten(int rows, int bytes) {
            meters.rows.record(rows);
            meters.bytes.record(bytes);
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            meters.branches(outcome).record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The meters of one database. */
    private static final class OfResource {

        private final MeterRegistry registry;
        private final String resourceId;
        private final Map<BranchProgress.Outcome, Timer> branches = new ConcurrentHashMap<>();
        private final Counter lockConflicts;
        private final Timer obtained;
        private final Timer gaveUp;
        private final DistributionSummary rows;
        private final DistributionSummary bytes;
        private final Counter dirtyWrites;
        private final Map<RepeatedTrouble, Counter> troubles = new EnumMap<>(RepeatedTrouble.class);

        OfResource(MeterRegistry registry, String resourceId) {
            this.registry = registry;
            this.resourceId = resourceId;
            this.lockConflicts = Counter.builder("seata.lock.conflicts")
                    .description("Times that a TC said that another global transaction holds the rows")
                    .tag("resource", resourceId)
                    .register(registry);
            this.obtained = lockWaits("obtained");
            this.gaveUp = lockWaits("gave up");
            this.rows = DistributionSummary.builder("seata.undo.rows")
                    .description("Rows whose images stand in an undo log")
                    .tag("resource", resourceId)
                    .register(registry);
            this.bytes = DistributionSummary.builder("seata.undo.bytes")
                    .description("Size of an undo log as written")
                    .baseUnit("bytes")
                    .tag("resource", resourceId)
                    .register(registry);
            this.dirtyWrites = Counter.builder("seata.dirty.writes")
                    .description("Rollbacks that stopped at a row which somebody else had changed")
                    .tag("resource", resourceId)
                    .register(registry);
            for (RepeatedTrouble kind :
                    List.of(RepeatedTrouble.ROLLBACK_PUT_OFF, RepeatedTrouble.UNDO_LOGS_NOT_DELETED)) {
                troubles.put(kind, troubles(registry, kind, resourceId));
            }
        }

        private Timer lockWaits(String outcome) {
            return Timer.builder("seata.lock.waits")
                    .description("Waiting for rows that another global transaction holds")
                    .tags("resource", resourceId, "outcome", outcome)
                    .register(registry);
        }

        private Timer branches(BranchProgress.Outcome outcome) {
            Timer known = branches.get(outcome);
            return known != null
                    ? known
                    : branches.computeIfAbsent(
                            outcome,
                            any -> Timer.builder("seata.branches")
                                    .description("From the registration of a branch to its local commit")
                                    .tags("resource", resourceId, "outcome", Tagged.value(outcome))
                                    .register(registry));
        }
    }
}
