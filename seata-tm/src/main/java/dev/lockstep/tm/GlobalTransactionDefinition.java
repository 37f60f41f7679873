package dev.lockstep.tm;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a global transaction: begin with {@link #named}, and change what shall differ. Immutable; made once per
 * guarded method or call site and shared.
 */
public final class GlobalTransactionDefinition {

    /** Longer names are cut: the TC's official database schema has 128 characters for them. */
    static final int MAX_NAME_LENGTH = 128;

    private final String name;
    private final @Nullable Duration timeout;
    private final Propagation propagation;
    private final RollbackRules rollbackRules;
    private final @Nullable LockRetryLimits lockRetry;

    private GlobalTransactionDefinition(
            String name,
            @Nullable Duration timeout,
            Propagation propagation,
            RollbackRules rollbackRules,
            @Nullable LockRetryLimits lockRetry) {
        this.name = name;
        this.timeout = timeout;
        this.propagation = propagation;
        this.rollbackRules = rollbackRules;
        this.lockRetry = lockRetry;
    }

    /**
     * Joins or begins, with the TM's default timeout, rolls back on every exception, and waits for global locks as the RM is
     * set to.
     *
     * @param name shown in logs and in the TC's console; what is longer than 128 characters is cut
     */
    public static GlobalTransactionDefinition named(String name) {
        String cut = name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
        return new GlobalTransactionDefinition(cut, null, Propagation.REQUIRED, RollbackRules.ALWAYS, null);
    }

    /**
     * The same with a timeout, after which the TC rolls it back by itself.
     *
     * @param newTimeout null for the TM's default
     * @throws IllegalArgumentException if it is below 1 ms
     */
    public GlobalTransactionDefinition withTimeout(@Nullable Duration newTimeout) {
        if (newTimeout != null && newTimeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "Timeout of global transaction '" + name + "' is " + newTimeout + ": it must be at least 1 ms.");
        }
        return new GlobalTransactionDefinition(name, newTimeout, propagation, rollbackRules, lockRetry);
    }

    /** The same with a rule for a global transaction that is already there. */
    public GlobalTransactionDefinition withPropagation(Propagation newPropagation) {
        Objects.requireNonNull(newPropagation, "newPropagation");
        return new GlobalTransactionDefinition(name, timeout, newPropagation, rollbackRules, lockRetry);
    }

    /** The same with rules for which exceptions roll back. */
    public GlobalTransactionDefinition withRollbackRules(RollbackRules newRules) {
        Objects.requireNonNull(newRules, "newRules");
        return new GlobalTransactionDefinition(name, timeout, propagation, newRules, lockRetry);
    }

    /**
     * The same with limits of its own for how long its branches wait for global locks.
     *
     * @param newLimits null for the RM's setting
     */
    public GlobalTransactionDefinition withLockRetry(@Nullable LockRetryLimits newLimits) {
        return new GlobalTransactionDefinition(name, timeout, propagation, rollbackRules, newLimits);
    }

    /** Shown in logs and in the TC's console; at most 128 characters. */
    public String name() {
        return name;
    }

    /** After which the TC rolls it back by itself; null for the TM's default. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /** What to do with a global transaction that is already there. */
    public Propagation propagation() {
        return propagation;
    }

    /** Which exceptions roll back. */
    public RollbackRules rollbackRules() {
        return rollbackRules;
    }

    /** How long its branches wait for global locks; null for the RM's setting. */
    public @Nullable LockRetryLimits lockRetry() {
        return lockRetry;
    }

    @Override
    public String toString() {
        return "GlobalTransactionDefinition[" + name + ", " + propagation
                + (timeout == null ? "" : ", at most " + timeout) + "]";
    }
}
