package dev.lockstep.spring.sight;

import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;

/**
 * Observes each global transaction that this instance launches, begin and end included, as {@code seata.transaction}: a part
 * of what is observed around it, such as the request. A participant's part belongs to the request that carries the xid.
 * Thread-safe.
 */
final class TransactionSpans implements TransactionListener {

    private final Supplier<ObservationRegistry> registry;
    private final TransactionNames names = new TransactionNames();

    TransactionSpans(Supplier<ObservationRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void launched(GlobalScope scope) {
        ObservationRegistry observations = registry.get();
        if (!observations.isNoop()) {
            Observation observation = Observation.createNotStarted("seata.transaction", observations)
                    .contextualName("global transaction " + scope.name())
                    .lowCardinalityKeyValue("name", names.bounded(scope.name()))
                    .highCardinalityKeyValue("transaction", scope.name());
            scope.addListener(new Span(new OpenObservation(observations, observation)));
        }
    }

    private record Span(OpenObservation open) implements TransactionListener {

        @Override
        public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
            open.unbind();
            Observation observation = open.observation();
            observation.lowCardinalityKeyValue("outcome", Tagged.value(outcome));
            String xid = scope.xidIfBegun();
            if (xid != null) {
                observation.highCardinalityKeyValue("xid", xid);
            }
            Throwable failure = scope.failure();
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        }
    }
}
