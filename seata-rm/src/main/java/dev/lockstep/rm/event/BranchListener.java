package dev.lockstep.rm.event;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of the branches of an RM. Called on the threads that do the work, so it must return at once and be
 * thread-safe. What it throws is logged once and goes no further. What it writes on the connection that is being committed is
 * refused, since its rows would be without a global lock or an undo log, and so is its {@code commit}, {@code rollback} or
 * {@code setAutoCommit} there. The default methods listen to nothing.
 */
public interface BranchListener {

    /** Listens to nothing. */
    BranchListener NONE = new BranchListener() {};

    /**
     * A local transaction with changes is about to become a branch: to be registered and committed, on this thread. In
     * autocommit mode each try is one of its own.
     *
     * @return is told how it goes on, on the same thread; its {@code ended} comes exactly once
     */
    default BranchProgress branchBegins(String resourceId) {
        return BranchProgress.NONE;
    }

    /** The TC said that another global transaction holds rows which a branch or a locking read asked for; at each try. */
    default void lockConflict(String resourceId) {}

    /**
     * A local transaction that had met such rows waits no longer.
     *
     * @param nanos since the first conflict was asked about, all tries included
     * @param obtained whether the rows were free in the end
     */
    default void lockWaitEnded(String resourceId, long nanos, boolean obtained) {}

    /**
     * Something that is tried again and again has failed once more; at each time, those that the log leaves out included.
     *
     * @param resourceId null where none is known here: {@link RepeatedTrouble#UNKNOWN_RESOURCE} and {@link
     *     RepeatedTrouble#DATABASE_NOT_REACHED}
     */
    default void troubled(RepeatedTrouble trouble, @Nullable String resourceId) {}
}
