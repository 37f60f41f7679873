package dev.lockstep.benchmarks.load;

import java.io.IOException;
import java.util.Map;

/**
 * A client as a round drives it. Used by one thread; {@link #branchesCommitted} may be asked meanwhile.
 */
public interface ClientUnderLoad extends AutoCloseable {

    /**
     * Runs transactions until the length of the round is over, and returns when none is open any more. What happened to each
     * is in the tally; only what makes the whole round worthless is thrown.
     */
    Tally run(Round round) throws Exception;

    /** For how many branches the TC has asked for the second phase, and was answered "committed", since the start. */
    long branchesCommitted();

    /** What the client itself has counted since the start, by name; for example frames and flushes. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close() throws IOException;
}
