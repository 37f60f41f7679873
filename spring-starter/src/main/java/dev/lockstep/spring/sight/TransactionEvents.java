package dev.lockstep.spring.sight;

import java.time.Duration;

/** Told what becomes of global transactions and branches of this instance. Called on the thread that works for them. */
public interface TransactionEvents {

    /** A global transaction was begun. */
    default void began(String name) {}

    /** The TC did not begin one. */
    default void notBegun(String name) {}

    /**
     * The TC has said what becomes of a global transaction that was begun here.
     *
     * @param status in the TC's word
     * @param lasted from the begin to this answer
     */
    default void ended(String name, String status, Duration lasted) {}

    /** A branch holds its global locks. */
    default void branchRegistered(String resourceId) {}

    /**
     * A branch was not registered.
     *
     * @param reason the TC's exception code, or what is known of a lost answer
     */
    default void branchNotRegistered(String resourceId, String reason) {}
}
