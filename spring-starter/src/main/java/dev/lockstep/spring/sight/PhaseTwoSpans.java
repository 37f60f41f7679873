package dev.lockstep.spring.sight;

import dev.lockstep.port.PromptInbound;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observes the second phases that the TC commands, as {@code seata.branch.end}: in the trace of the branch where that was
 * committed here, else in one of its own. Made once, then put around the RM. Thread-safe.
 */
public final class PhaseTwoSpans {

    /** The TC sends these branches again. */
    private static final Set<BranchStatus> NOT_YET =
            Set.of(BranchStatus.PhaseTwo_CommitFailed_Retryable, BranchStatus.PhaseTwo_RollbackFailed_Retryable);

    private final Supplier<ObservationRegistry> registry;
    private final CommittedBranches committed;

    PhaseTwoSpans(Supplier<ObservationRegistry> registry, CommittedBranches committed) {
        this.registry = registry;
        this.committed = committed;
    }

    /** The RM to give to the transport in place of this one. */
    public ResourceManagerInbound around(ResourceManagerInbound resourceManager) {
        return new Observed(resourceManager);
    }

    private interface Command {
        BranchStatus run() throws TransactionException;
    }

    private BranchStatus observe(String command, String xid, long branchId, String resourceId, Command phaseTwo)
            throws TransactionException {
        ObservationRegistry observations = registry.get();
        if (observations.isNoop()) {
            return phaseTwo.run();
        }
        Observation observation = Observation.createNotStarted("seata.branch.end", observations)
                .contextualName("branch " + command)
                .lowCardinalityKeyValue("command", command)
                .lowCardinalityKeyValue("resource", resourceId)
                .highCardinalityKeyValue("xid", xid)
                .highCardinalityKeyValue("branch", Long.toString(branchId));
        Observation branch = committed.find(branchId);
        if (branch != null) {
            observation.parentObservation(branch);
        }
        observation.start();
        Observation.Scope bound = observation.openScope();
        String answer = "none";
        try {
            BranchStatus status = phaseTwo.run();
            answer = status.name();
            if (!NOT_YET.contains(status)) {
                committed.forget(branchId);
            }
            return status;
        } catch (TransactionException | RuntimeException | Error e) {
            observation.error(e);
            throw e;
        } finally {
            bound.close();
            observation.lowCardinalityKeyValue("status", answer).stop();
        }
    }

    private final class Observed implements PromptInbound {

        private final ResourceManagerInbound resourceManager;

        Observed(ResourceManagerInbound resourceManager) {
            this.resourceManager = resourceManager;
        }

        /** Making a span waits for nothing, and what handlers export they hand over, as they do on a request's thread. */
        @Override
        public boolean commitsPromptly() {
            return resourceManager instanceof PromptInbound prompt && prompt.commitsPromptly();
        }

        @Override
        public BranchStatus branchCommit(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
                throws TransactionException {
            return observe(
                    "commit",
                    xid,
                    branchId,
                    resourceId,
                    () -> resourceManager.branchCommit(branchType, xid, branchId, resourceId, applicationData));
        }

        @Override
        public BranchStatus branchRollback(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
                throws TransactionException {
            return observe(
                    "rollback",
                    xid,
                    branchId,
                    resourceId,
                    () -> resourceManager.branchRollback(branchType, xid, branchId, resourceId, applicationData));
        }
    }
}
