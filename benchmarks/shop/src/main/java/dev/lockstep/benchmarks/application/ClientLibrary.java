package dev.lockstep.benchmarks.application;

import java.util.Map;
import javax.sql.DataSource;

/** A client library, as an application uses it. Thread-safe but for {@link #open}. */
public interface ClientLibrary extends AutoCloseable {

    /** Work that ends normally to commit, and by an exception to roll back. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** A global transaction whose work is done and that is neither committed nor rolled back. */
    @FunctionalInterface
    interface OpenTransaction {
        void commit() throws Exception;
    }

    /** The data source to use in place of this one. */
    DataSource wrap(DataSource dataSource);

    /**
     * Begins, runs the work, and commits; or rolls back and throws what the work threw, if the rollback is done. Anything else
     * that happens is thrown as another exception.
     */
    void run(Work work) throws Exception;

    /** Begins and runs the work. Those left open are committed by the same thread, the last one first. */
    OpenTransaction open(Work work) throws Exception;

    /** Whether work that throws is undone in all databases. */
    default boolean undoes() {
        return true;
    }

    /** Whether it takes H2 for what it is; otherwise H2 is made to look like MySQL. */
    default boolean knowsH2() {
        return true;
    }

    /** What it has counted since the start, by name. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
