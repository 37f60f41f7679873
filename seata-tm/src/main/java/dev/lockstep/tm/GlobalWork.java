package dev.lockstep.tm;

/**
 * Code that runs as part of a global transaction.
 *
 * @param <T> what it returns
 * @param <X> the checked exception it may throw; {@link RuntimeException} where it throws none
 */
@FunctionalInterface
public interface GlobalWork<T, X extends Throwable> {

    /**
     * Does the work, all of it: what other threads write after the return is no part of the global transaction, which ends
     * then. So a future is nothing to return unless it is complete.
     */
    T run() throws X;
}
