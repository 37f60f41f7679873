package dev.lockstep.rm.at;

import java.sql.ResultSet;
import org.jspecify.annotations.Nullable;

/**
 * What a statement object answers about its last execution when that was captured: the driver's own statement may not have
 * run at all, or run several times. Not thread-safe.
 */
final class CapturedResult {

    private boolean present;
    private long updateCount = -1;
    private @Nullable ResultSet generatedKeys;

    /** The last execution was none of ours: the driver's own statement knows. */
    void clear() {
        present = false;
        generatedKeys = null;
    }

    void set(long affected) {
        present = true;
        updateCount = affected;
    }

    /** What an INSERT gave; stands before its first row whenever the user may read it. */
    void keys(ResultSet keys) {
        generatedKeys = keys;
    }

    boolean isPresent() {
        return present;
    }

    long updateCount() {
        return updateCount;
    }

    /** JDBC's way to say that there is nothing more: a count of -1. */
    void moveOn() {
        updateCount = -1;
    }

    /** The keys of the last execution, or null when none were captured. */
    @Nullable
    ResultSet generatedKeys() {
        return generatedKeys;
    }
}
