package dev.lockstep.rm.at.phasetwo;

import java.time.Duration;

/**
 * How much is deleted in one local transaction: more while the database is quick, less when it is slow or fails, so that
 * no batch holds its locks for long. Not thread-safe.
 */
final class BatchSize {

    static final int MOST = 1000;
    private static final int FIRST = 100;
    private static final Duration QUICK = Duration.ofMillis(100);
    private static final Duration SLOW = Duration.ofMillis(500);

    private int rows = FIRST;

    int rows() {
        return rows;
    }

    /** A batch of so many rows took so long. */
    void worked(int deleted, Duration took) {
        if (took.compareTo(SLOW) > 0) {
            failed(rows);
        } else if (took.compareTo(QUICK) < 0 && deleted == rows) {
            rows = Math.min(MOST, rows * 2);
        }
    }

    /** A batch of so many rows was not deleted. */
    void failed(int tried) {
        rows = Math.max(1, Math.min(rows, tried) / 2);
    }
}
