package dev.lockstep.spring.sight;

import dev.lockstep.port.PromptInbound;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes the second phases that the TC commands, as {@code seata.branch.end}: in the trace of the branch where that was
 * committed here, else in one of its own. Made once, then put around the RM. Thread-safe.
 */
public final class PhaseTwoSpans {

    /** The TC sends these branches again. */
    private static final Set<BranchStatus> NOT_YET =
            Set.of(BranchStatus.PhaseTwo_CommitFailed_Retryable, BranchStatus.PhaseTwo_RollbackFailed_Retryable);

    private static final Logger LOG = LoggerFactory.getLogger(PhaseTwoSpans.class);

    private final Supplier<ObservationRegistry> registry;
    private final CommittedBranches committed;
    private final AtomicBoolean told = new AtomicBoolean();

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
        OpenObservation open = begun(command, xid, branchId, resourceId);
        if (open == null) {
            return phaseTwo.run();
        }
        String answer = "none";
        Throwable failure = null;
        try {
            BranchStatus status = phaseTwo.run();
            answer = status.name();
            if (!NOT_YET.contains(status)) {
                committed.forget(branchId);
            }
            return status;
        } catch (TransactionException | RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            end(open, answer, failure);
        }
    }

    /** Null where nothing is observed, or an observation cannot be begun: the second phase goes on without. */
    private @Nullable OpenObservation begun(String command, String xid, long branchId, String resourceId) {
        try {
            ObservationRegistry observations = registry.get();
            if (observations.isNoop()) {
                return null;
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
            return new OpenObservation(observations, observation);
        } catch (RuntimeException | LinkageError broken) {
            tell(broken);
            return null;
        }
    }

    private void end(OpenObservation open, String answer, @Nullable Throwable failure) {
        try {
            open.unbind();
            Observation observation = open.observation();
            if (failure != null) {
                observation.error(failure);
            }
            observation.lowCardinalityKeyValue("status", answer).stop();
        } catch (RuntimeException | LinkageError broken) {
            tell(broken);
        }
    }

    private void tell(Throwable broken) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("[starter] Second phases cannot be observed, and go on without; said once", broken);
        } else {
            LOG.debug("[starter] A second phase cannot be observed", broken);
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
