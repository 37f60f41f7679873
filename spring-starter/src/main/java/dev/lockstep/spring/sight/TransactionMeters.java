package dev.lockstep.spring.sight;

import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the global transactions that this instance launches; docs/operations.md lists them. Counts from the moment when
 * it is bound to a registry. Thread-safe.
 */
final class TransactionMeters implements MeterBinder, TransactionListener {

    private final RunningTransactions running;
    private final TransactionNames names = new TransactionNames();
    private final Map<String, Map<GlobalOutcome, Timer>> timers = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    TransactionMeters(RunningTransactions running) {
        this.running = running;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("seata.global.transactions.running", running, RunningTransactions::count)
                .description("Global transactions begun here and not ended")
                .register(meters);
        registry = Registries.joined(registry, meters);
        timers.clear();
    }

    @Override
    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
        MeterRegistry meters = registry;
        if (meters != null) {
            timer(meters, names.bounded(scope.name()), outcome).record(scope.age());
        }
    }

    private Timer timer(MeterRegistry meters, String name, GlobalOutcome outcome) {
        Map<GlobalOutcome, Timer> known = timers.get(name);
        if (known == null) {
            known = timers.computeIfAbsent(name, any -> new ConcurrentHashMap<>());
        }
        Timer timer = known.get(outcome);
        return timer != null ? timer : known.computeIfAbsent(outcome, any -> register(meters, name, outcome));
    }

    private static Timer register(MeterRegistry meters, String name, GlobalOutcome outcome) {
        return Timer.builder("seata.global.transactions")
                .description("Global transactions launched here, from the start of their work to their end")
                .tags("name", name, "outcome", Tagged.value(outcome))
                .register(meters);
    }
}
