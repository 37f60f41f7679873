package dev.lockstep.testing.memory;

import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.testing.contract.CoordinatorClient;
import dev.lockstep.testing.contract.CoordinatorContract;
import dev.lockstep.testing.contract.CoordinatorTraits;
import io.seata.core.model.ResourceManagerInbound;
import org.junit.jupiter.api.AutoClose;

class InMemoryCoordinatorContractTest extends CoordinatorContract {

    /** Shared by all tests, as a real TC is. Closed by JUnit after the last of them. */
    @AutoClose
    private static final InMemoryCoordinator COORDINATOR = InMemoryCoordinator.open();

    @Override
    protected CoordinatorTraits traits() {
        return CoordinatorTraits.ofTc("1.8.0");
    }

    @Override
    protected CoordinatorClient connect(String applicationId, ResourceManagerInbound inbound, UndoLogSweep sweep) {
        InMemoryClient client = COORDINATOR.connect(applicationId, inbound, sweep);
        return CoordinatorClient.of(client, client::close);
    }
}
