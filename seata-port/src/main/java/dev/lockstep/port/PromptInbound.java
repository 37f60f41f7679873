package dev.lockstep.port;

import io.seata.core.model.ResourceManagerInbound;

/**
 * A resource manager that can promise to take the commit of a branch without waiting. The TC sends one for each branch, and
 * a transport that may call {@code branchCommit} on the thread that reads the connection spares two changes of thread for it.
 *
 * <p>Implementations are thread-safe.
 */
public interface PromptInbound extends ResourceManagerInbound {

    /**
     * Whether {@code branchCommit} waits neither for a database nor for the network nor for a lock held across either, and
     * calls nobody who might. Asked once, before the first command.
     */
    boolean commitsPromptly();
}
