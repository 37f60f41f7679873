package dev.lockstep.benchmarks.load;

/**
 * The four calls of a transaction, as a client offers them to a blocking caller. Each returns when its answer is there, and
 * throws when the answer is anything but the one expected. Thread-safe.
 */
public interface TcCalls {

    /** Begins a global transaction and returns its xid. */
    String begin() throws Exception;

    /** Registers an AT branch with one row to lock and returns the branch id. */
    long register(String xid, String lockKey) throws Exception;

    /** Reports the success of phase one, in the way the client does it: it may return before the report has left. */
    void report(String xid, long branchId) throws Exception;

    /** Commits; anything but "committed" is thrown. */
    void commit(String xid) throws Exception;
}
