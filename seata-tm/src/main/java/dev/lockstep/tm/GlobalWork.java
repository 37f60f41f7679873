package dev.lockstep.tm;

/**
 * Code that runs as part of a global transaction.
 *
 * @param <T> what it returns
 * @param <X> the checked exception it may throw; {@link RuntimeException} where it throws none
 */
@FunctionalInterface
public interface GlobalWork<T, X extends Throwable> {

    T run() throws X;
}
