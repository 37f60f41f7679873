package dev.lockstep.port;

import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;

/**
 * Asks how a global transaction stands where the answer can be trusted (RM to TC). Optional: a client of the TC that
 * implements it lets the RM sweep undo logs whose transactions are over. Implementations are thread-safe.
 */
public interface GlobalStatusQuery {

    /**
     * What the TC node named in the xid says itself; Finished when it does not know the transaction (any more). With file
     * store every other node says so of transactions that are alive, therefore no other one is asked.
     *
     * <p>Waits for the answer, within the timeout of a request; may be repeated.
     *
     * @throws TransactionException when that node is not known, not connected, or does not answer
     */
    GlobalStatus statusAtHome(String xid) throws TransactionException;
}
