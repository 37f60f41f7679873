package dev.lockstep.port;

import io.seata.core.model.GlobalStatus;
import java.util.concurrent.CompletableFuture;

/**
 * Begins a global transaction while nobody waits (TM to TC). Optional: where a client of the TC implements it beside {@link
 * io.seata.core.model.TransactionManager}, the round trip of a begin passes while the first statement runs.
 *
 * <p>The futures end when the request does, within its timeout; where it fails, with what the waiting call would have thrown.
 * They end on any thread, also on the one that reads the connection: what follows from them must not wait for anything.
 * Implementations are thread-safe.
 */
public interface BeginAhead {

    /**
     * Sends what {@link io.seata.core.model.TransactionManager#begin} sends. Waits for nothing but a client that is just
     * starting.
     *
     * @param timeout milliseconds, counted by the TC from the begin
     * @return the xid to come
     */
    CompletableFuture<String> beginAhead(
            String applicationId, String transactionServiceGroup, String name, int timeout);

    /** Sends the rollback of a global transaction that was begun and turned out not to be needed. Waits for nothing. */
    CompletableFuture<GlobalStatus> rollbackUnused(String xid);
}
