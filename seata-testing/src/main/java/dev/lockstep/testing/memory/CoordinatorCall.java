package dev.lockstep.testing.memory;

/** The calls that a client can make, for {@link Faults}. */
public enum CoordinatorCall {
    BEGIN,
    COMMIT,
    ROLLBACK,
    STATUS,
    GLOBAL_REPORT,
    BRANCH_REGISTER,
    BRANCH_REPORT,
    LOCK_QUERY
}
