package dev.lockstep.tm.branch;

/**
 * A local transaction that has written, or is about to write, for a global transaction and has not ended yet.
 *
 * <p>The RM {@linkplain ScopeForBranches#enlist enlists} it when a connection joins and {@linkplain ScopeForBranches#delist delists}
 * it when the local transaction has ended either way. The TM refuses to commit while there is any, because a branch that
 * registers after the global commit would be lost.
 */
public interface LocalWork {

    /** Says for an error message what is still open, for example {@code a local transaction on jdbc:h2:mem:orders}. */
    String describe();
}
