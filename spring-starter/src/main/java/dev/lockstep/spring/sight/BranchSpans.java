package dev.lockstep.spring.sight;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observes each branch of this instance from its registration to its local commit, as {@code seata.branch}. Thread-safe.
 */
final class BranchSpans implements BranchListener {

    private final Supplier<ObservationRegistry> registry;
    private final CommittedBranches committed;

    /** @param committed where branches wait for their phase two */
    BranchSpans(Supplier<ObservationRegistry> registry, CommittedBranches committed) {
        this.registry = registry;
        this.committed = committed;
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        ObservationRegistry observations = registry.get();
        if (observations.isNoop()) {
            return BranchProgress.NONE;
        }
        Observation observation = Observation.createNotStarted("seata.branch", observations)
                .contextualName("branch")
                .lowCardinalityKeyValue("resource", resourceId);
        return new Span(new OpenObservation(observations, observation));
    }

    private final class Span implements BranchProgress {

        private final OpenObservation open;
        private final Observation observation;
        private long branchId;

        Span(OpenObservation open) {
            this.open = open;
            this.observation = open.observation();
        }

        @Override
        public void registered(String xid, long id, String lockKeys) {
            branchId = id;
            observation
                    .highCardinalityKeyValue("xid", xid)
                    .highCardinalityKeyValue("branch", Long.toString(id))
                    .event(Observation.Event.of("registered"));
        }

        @Override
        public void undoLogWritten(int rows, int bytes) {
            observation.event(Observation.Event.of("undo.logged", "undo log written"));
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            open.unbind();
            observation.lowCardinalityKeyValue("outcome", Tagged.value(outcome));
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
            if (outcome == Outcome.COMMITTED) {
                committed.keep(branchId, observation);
            }
        }
    }
}
