package dev.lockstep.benchmarks.load;

import java.io.IOException;
import java.util.Map;

/**
 * A client as a round drives it. Used by one thread.
 */
public interface ClientUnderLoad extends AutoCloseable {

    /** Makes ready what a round needs; not measured. */
    default void prepare(Round round) throws Exception {}

    /**
     * Runs transactions until the window of the round is over, and returns when none is open any more. What happened to each
     * is in the tally; only what makes the whole round worthless is thrown.
     */
    Tally run(Round round) throws Exception;

    /** Takes back what {@link #prepare} has made for this round only; not measured. */
    default void restore(Round round) throws Exception {}

    /** How many branches of the transactions so far have not had their second phase yet. */
    long branchesOpen() throws Exception;

    /** What is wrong with the data that the transactions so far have left; empty if they have left what they should. */
    default String wrongData() throws Exception {
        return "";
    }

    /** What the client itself has counted since the start, by name; for example frames and flushes. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close() throws IOException;
}
