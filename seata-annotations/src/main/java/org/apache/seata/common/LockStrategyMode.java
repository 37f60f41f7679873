package org.apache.seata.common;

/** How the official client asks for global locks; Lockstep chooses by itself, and with the same result. */
public enum LockStrategyMode {

    /** Registers without looking for conflicts first. */
    OPTIMISTIC,

    /** Looks for conflicts at every try. */
    PESSIMISTIC
}
