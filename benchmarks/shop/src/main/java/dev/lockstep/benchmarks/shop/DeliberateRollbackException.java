package dev.lockstep.benchmarks.shop;

/** What the work of a transaction throws that is to be rolled back. */
public final class DeliberateRollbackException extends Exception {

    DeliberateRollbackException() {
        super("rolled back on purpose", null, false, false);
    }
}
