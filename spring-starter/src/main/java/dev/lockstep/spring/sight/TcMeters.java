package dev.lockstep.spring.sight;

import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.TcAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.seata.core.model.BranchStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of what goes to the TCs and comes from there; docs/operations.md lists them. Each meter is looked up once. Counts from
 * the moment when it is bound to a registry. Thread-safe.
 */
final class TcMeters implements MeterBinder, RpcListener {

    private final Supplier<@Nullable SeataRpcClient> rpcClient;
    private final Map<TcAddress, OfTc> tcs = new ConcurrentHashMap<>();
    private final Map<String, Map<BranchStatus, Timer>> commands = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    /** @param rpcClient asked when it is bound; gives null where the application brings a transport of its own */
    TcMeters(Supplier<@Nullable SeataRpcClient> rpcClient) {
        this.rpcClient = rpcClient;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        SeataRpcClient client = rpcClient.get();
        if (client != null) {
            gauge("seata.tc.in.flight", client, RpcState::inFlight)
                    .description("Requests that wait for the answer of a TC")
                    .register(meters);
            gauge(
                            "seata.tc.connections",
                            client,
                            state -> state.nodes().stream()
                                    .mapToInt(NodeState::connections)
                                    .sum())
                    .description("Registered connections to all TCs")
                    .register(meters);
            gauge("seata.tc.usable", client, state -> state.isUsable() ? 1 : 0)
                    .description("1 where a global transaction could be begun")
                    .register(meters);
            gauge("seata.phase.two.waiting", client, RpcState::commandsWaiting)
                    .description("Branch commands of the TC that no thread is free for")
                    .register(meters);
            // Connections are made before there is a registry.
            client.state()
                    .nodes()
                    .forEach(node -> connects(meters, node.address().toString()).increment(node.connections()));
        }
        registry = Registries.joined(registry, meters);
        tcs.clear();
        commands.clear();
    }

    private static Counter connects(MeterRegistry meters, String tc) {
        return meters.counter("seata.tc.connects", "tc", tc);
    }

    private static Gauge.Builder<SeataRpcClient> gauge(
            String name, SeataRpcClient client, ToDoubleFunction<RpcState> figure) {
        return Gauge.builder(name, client, it -> figure.applyAsDouble(it.state()));
    }

    private @Nullable OfTc of(TcAddress tc) {
        OfTc known = tcs.get(tc);
        MeterRegistry meters = registry;
        return known != null || meters == null ? known : resolve(meters, tc);
    }

    private OfTc resolve(MeterRegistry meters, TcAddress tc) {
        return tcs.computeIfAbsent(tc, address -> new OfTc(meters, address.toString()));
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.answered.of(request).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.lost.of(request).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.notSent.of(request).record(0, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.connects.increment();
        }
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.disconnects.increment();
        }
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.setAside.increment();
        }
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.flushFrames.record(frames);
            meters.sentBytes.increment(bytes);
        }
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.reportsSent.increment(reports);
        }
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.reportsUnneeded.increment();
        }
    }

    @Override
    public void reportSpared(TcAddress tc) {
        var meters = of(tc);
        if (meters != null) {
            meters.reportsSpared.increment();
        }
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        OfTc meters = of(tc);
        if (meters != null) {
            meters.reportsDropped.increment(reports);
        }
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        MeterRegistry meters = registry;
        if (meters != null) {
            command(meters, command, status).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private Timer command(MeterRegistry meters, String command, BranchStatus status) {
        Map<BranchStatus, Timer> known = commands.get(command);
        if (known == null) {
            known = commands.computeIfAbsent(command, any -> new ConcurrentHashMap<>());
        }
        Timer timer = known.get(status);
        return timer != null
                ? timer
                : known.computeIfAbsent(
                        status,
                        any -> Timer.builder("seata.phase.two")
                                .description("From a branch command of the TC to our answer")
                                .tags("command", command, "status", status.name())
                                .register(meters));
    }

    /** The meters of one TC. */
    private static final class OfTc {

        private final MeterRegistry registry;
        private final String tc;
        private final Requests answered = new Requests("answered");
        private final Requests lost = new Requests("lost");
        private final Requests notSent = new Requests("not sent");
        private final Counter connects;
        private final Counter disconnects;
        private final Counter setAside;
        private final DistributionSummary flushFrames;
        private final Counter sentBytes;
        private final Counter reportsSent;
        private final Counter reportsUnneeded;
        private final Counter reportsSpared;
        private final Counter reportsDropped;

        OfTc(MeterRegistry registry, String tc) {
            this.registry = registry;
            this.tc = tc;
            this.connects = connects(registry, tc);
            this.disconnects = registry.counter("seata.tc.disconnects", "tc", tc);
            this.setAside = registry.counter("seata.tc.set.aside", "tc", tc);
            this.flushFrames = DistributionSummary.builder("seata.tc.flush.frames")
                    .description("Frames that left with one write")
                    .tags("tc", tc)
                    .register(registry);
            this.sentBytes = registry.counter("seata.tc.sent.bytes", "tc", tc);
            this.reportsSent = registry.counter("seata.reports", "tc", tc, "outcome", "sent");
            this.reportsUnneeded = registry.counter("seata.reports", "tc", tc, "outcome", "unneeded");
            this.reportsSpared = registry.counter("seata.reports", "tc", tc, "outcome", "spared");
            this.reportsDropped = registry.counter("seata.reports", "tc", tc, "outcome", "dropped");
        }

        /** The timers of requests that ended alike, by the name of the message. */
        private final class Requests {

            private final String outcome;
            private final Map<String, Timer> timers = new ConcurrentHashMap<>();

            Requests(String outcome) {
                this.outcome = outcome;
            }

            Timer of(String request) {
                Timer known = timers.get(request);
                return known != null
                        ? known
                        : timers.computeIfAbsent(
                                request,
                                any -> Timer.builder("seata.tc.requests")
                                        .description("From a request to the TC's answer")
                                        .tags("tc", tc, "request", request, "outcome", outcome)
                                        .register(registry));
            }
        }
    }
}
