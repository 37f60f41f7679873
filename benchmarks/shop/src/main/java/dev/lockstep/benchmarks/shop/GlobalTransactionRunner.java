package dev.lockstep.benchmarks.shop;

/** How a client runs work as a global transaction. */
public interface GlobalTransactionRunner {

    /** Work that ends normally to commit, and by an exception to roll back. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Begins, runs the work, and commits; or rolls back and throws what the work threw, if the rollback is done. Anything else
     * that happens is thrown as another exception.
     */
    void run(Work work) throws Exception;

    /** Whether work that throws is undone in all databases. */
    default boolean undoes() {
        return true;
    }
}
