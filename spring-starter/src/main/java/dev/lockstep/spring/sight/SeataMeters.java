package dev.lockstep.spring.sight;

import dev.lockstep.rm.DirtyWrite;
import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.seata.core.model.BranchStatus;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the clients; docs/operations.md lists them. Counts from the moment when it is bound to a registry, and only to
 * one: Boot binds it to the composite of all. Thread-safe.
 */
final class SeataMeters implements MeterBinder, RpcListener, BranchEvents, TransactionListener, DirtyWriteListener {

    private final RunningTransactions running;
    private final Supplier<@Nullable SeataRpcClient> rpcClient;
    private volatile @Nullable MeterRegistry registry;

    /** @param rpcClient asked when it is bound; gives null where the application brings a transport of its own */
    SeataMeters(RunningTransactions running, Supplier<@Nullable SeataRpcClient> rpcClient) {
        this.running = running;
        this.rpcClient = rpcClient;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("seata.global.transactions.running", running, RunningTransactions::count)
                .description("Global transactions begun here and not ended")
                .register(meters);
        SeataRpcClient client = rpcClient.get();
        if (client != null) {
            Gauge.builder("seata.tc.in.flight", client, it -> it.state().inFlight())
                    .description("Requests that wait for the answer of a TC")
                    .register(meters);
            Gauge.builder(
                            "seata.tc.connections",
                            client,
                            it -> it.state().nodes().stream()
                                    .mapToInt(node -> node.connections())
                                    .sum())
                    .description("Registered connections to all TCs")
                    .register(meters);
            Gauge.builder("seata.tc.usable", client, it -> it.state().isUsable() ? 1 : 0)
                    .description("1 where a global transaction could be begun")
                    .register(meters);
        }
        registry = meters;
    }

    private void count(Consumer<MeterRegistry> event) {
        MeterRegistry meters = registry;
        if (meters != null) {
            event.accept(meters);
        }
    }

    private static Counter counter(MeterRegistry meters, String name, String... tags) {
        return meters.counter(name, tags);
    }

    @Override
    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
        count(meters -> Timer.builder("seata.global.transactions")
                .description("Global transactions launched here, from the start of their work to their end")
                .tags("name", scope.name(), "outcome", word(outcome))
                .register(meters)
                .record(scope.age()));
    }

    private static String word(GlobalOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void branchRegistered(String resourceId) {
        count(meters -> counter(meters, "seata.branches", "resource", resourceId, "outcome", "Registered")
                .increment());
    }

    @Override
    public void branchNotRegistered(String resourceId, String reason) {
        count(meters -> counter(meters, "seata.branches", "resource", resourceId, "outcome", reason)
                .increment());
    }

    @Override
    public void onDirtyWrite(DirtyWrite dirtyWrite) {
        count(meters -> counter(meters, "seata.dirty.writes", "resource", dirtyWrite.resourceId())
                .increment());
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        request(tc, request, "answered", nanos);
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        request(tc, request, "lost", nanos);
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        request(tc, request, "not sent", 0);
    }

    private void request(TcAddress tc, String request, String outcome, long nanos) {
        count(meters -> Timer.builder("seata.tc.requests")
                .description("From a request to the TC's answer")
                .tags("tc", tc.toString(), "request", request, "outcome", outcome)
                .register(meters)
                .record(nanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        count(meters ->
                counter(meters, "seata.tc.connects", "tc", tc.toString()).increment());
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        count(meters ->
                counter(meters, "seata.tc.disconnects", "tc", tc.toString()).increment());
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        count(meters ->
                counter(meters, "seata.tc.set.aside", "tc", tc.toString()).increment());
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        count(meters -> {
            DistributionSummary.builder("seata.tc.flush.frames")
                    .description("Frames that left with one write")
                    .tags("tc", tc.toString())
                    .register(meters)
                    .record(frames);
            meters.counter("seata.tc.sent.bytes", "tc", tc.toString()).increment(bytes);
        });
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        count(meters -> counter(meters, "seata.reports", "tc", tc.toString(), "outcome", "sent")
                .increment(reports));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        count(meters -> counter(meters, "seata.reports", "tc", tc.toString(), "outcome", "unneeded")
                .increment());
    }

    @Override
    public void reportSpared(TcAddress tc) {
        count(meters -> counter(meters, "seata.reports", "tc", tc.toString(), "outcome", "spared")
                .increment());
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        count(meters -> counter(meters, "seata.reports", "tc", tc.toString(), "outcome", "dropped")
                .increment(reports));
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        count(meters -> Timer.builder("seata.phase.two")
                .description("From a branch command of the TC to our answer")
                .tags("command", command, "status", status.name())
                .register(meters)
                .record(nanos, TimeUnit.NANOSECONDS));
    }
}
