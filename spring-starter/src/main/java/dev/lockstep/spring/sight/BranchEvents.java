package dev.lockstep.spring.sight;

/** Told what becomes of the branches of this instance. Called on the thread that works for them. */
public interface BranchEvents {

    /** A branch holds its global locks. */
    default void branchRegistered(String resourceId) {}

    /**
     * A branch was not registered.
     *
     * @param reason the TC's exception code, or what is known of a lost answer
     */
    default void branchNotRegistered(String resourceId, String reason) {}
}
