package dev.lockstep.testing.memory;

import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.testing.contract.CoordinatorClient;
import dev.lockstep.testing.contract.CoordinatorContract;
import dev.lockstep.testing.contract.CoordinatorTraits;
import io.seata.core.model.ResourceManagerInbound;
import org.junit.jupiter.api.AutoClose;

/** In the one trait that can be chosen it does as TC 1.4.2, which passes the same contract. */
class ForgetfulCoordinatorContractTest extends CoordinatorContract {

    @AutoClose
    private static final InMemoryCoordinator COORDINATOR =
            InMemoryCoordinator.builder().forgetFailedRollbacks().open();

    @Override
    protected CoordinatorTraits traits() {
        CoordinatorTraits usual = CoordinatorTraits.ofTc("1.8.0");
        return new CoordinatorTraits(
                usual.rollsBackForward(),
                usual.failsFastOnRollingBackHolder(),
                CoordinatorTraits.ofTc("1.4.2").unretryableRollbackKeepsLocks(),
                usual.unretryableCommitEnds(),
                usual.reportReplacesApplicationData());
    }

    @Override
    protected CoordinatorClient connect(String applicationId, ResourceManagerInbound inbound, UndoLogSweep sweep) {
        InMemoryClient client = COORDINATOR.connect(applicationId, inbound, sweep);
        return CoordinatorClient.of(client, client::close);
    }
}
