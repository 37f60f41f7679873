package dev.lockstep.tm;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a global transaction. Immutable; made once per guarded method or call site and shared.
 *
 * @param name shown in logs and in the TC's console; at most 128 characters reach the TC
 * @param timeout after which the TC rolls it back by itself, at least 1 ms; null for the TM's default
 * @param propagation what to do with a global transaction that is already there
 * @param rollbackRules which exceptions roll back
 * @param lockRetry how long its branches wait for global locks; null for the RM's setting
 */
public record GlobalTransactionDefinition(
        String name,
        @Nullable Duration timeout,
        Propagation propagation,
        RollbackRules rollbackRules,
        @Nullable LockRetryLimits lockRetry) {

    /** Longer names are cut: the TC's official database schema has 128 characters for them. */
    static final int MAX_NAME_LENGTH = 128;

    public GlobalTransactionDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(propagation, "propagation");
        Objects.requireNonNull(rollbackRules, "rollbackRules");
        if (timeout != null && timeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "Timeout of global transaction '" + name + "' is " + timeout + ": it must be at least 1 ms.");
        }
        if (name.length() > MAX_NAME_LENGTH) {
            name = name.substring(0, MAX_NAME_LENGTH);
        }
    }

    /** Joins or begins, with the TM's default timeout, and rolls back on every exception. */
    public static GlobalTransactionDefinition named(String name) {
        return new GlobalTransactionDefinition(name, null, Propagation.REQUIRED, RollbackRules.ALWAYS, null);
    }

    public GlobalTransactionDefinition withTimeout(Duration newTimeout) {
        return new GlobalTransactionDefinition(name, newTimeout, propagation, rollbackRules, lockRetry);
    }

    public GlobalTransactionDefinition withPropagation(Propagation newPropagation) {
        return new GlobalTransactionDefinition(name, timeout, newPropagation, rollbackRules, lockRetry);
    }

    public GlobalTransactionDefinition withRollbackRules(RollbackRules newRules) {
        return new GlobalTransactionDefinition(name, timeout, propagation, newRules, lockRetry);
    }
}
