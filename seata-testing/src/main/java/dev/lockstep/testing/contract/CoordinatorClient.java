package dev.lockstep.testing.contract;

import dev.lockstep.port.ResourceRegistry;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;

/**
 * One client of the coordinator under test, seen through the ports: connected, and able to take branch commands for the
 * resources it registers.
 */
public record CoordinatorClient(
        TransactionManager transactions,
        ResourceManagerOutbound branches,
        ResourceRegistry resources,
        AutoCloseable connection)
        implements AutoCloseable {

    /**
     * One object in three roles, as our clients are.
     *
     * @param close ends the connection, normally {@code client::close}
     */
    public static <C extends TransactionManager & ResourceManagerOutbound & ResourceRegistry> CoordinatorClient of(
            C client, AutoCloseable close) {
        return new CoordinatorClient(client, client, client, close);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (Exception unclean) {
            throw new IllegalStateException("A client of the coordinator under test did not close cleanly.", unclean);
        }
    }
}
