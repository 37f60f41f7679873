package dev.lockstep.rm.event;

import org.jspecify.annotations.Nullable;

/** Is told the steps of one local transaction that becomes a branch, in order and on its thread. */
public interface BranchProgress {

    /** Listens to nothing. */
    BranchProgress NONE = new BranchProgress() {};

    /** How the way of a local transaction to a branch ended. */
    enum Outcome {
        /** Committed locally: the TC will ask for its phase two. */
        COMMITTED,
        /** Others held its rows until the waiting was over. */
        LOCK_CONFLICT,
        /** The TC could not be asked, or refused for another reason. */
        NOT_REGISTERED,
        /** The TC did not answer: it may know a branch that changed nothing. */
        REGISTRATION_UNKNOWN,
        /** Registered, and then not committed by the database. */
        NOT_COMMITTED,
        /** Registered, and nobody knows whether the database committed it. */
        COMMIT_UNKNOWN
    }

    /**
     * The TC knows the branch, and it holds its global locks.
     *
     * @param lockKeys {@code table:key,key;table:key}, as sent
     */
    default void registered(String xid, long branchId, String lockKeys) {}

    /**
     * Its undo log stands in the local transaction.
     *
     * @param rows how many rows it can put back
     * @param bytes of the column rollback_info
     */
    default void undoLogWritten(int rows, int bytes) {}

    /**
     * The last thing that is told of it.
     *
     * @param failure what the caller gets; null where it was committed
     */
    default void ended(Outcome outcome, @Nullable Throwable failure) {}
}
