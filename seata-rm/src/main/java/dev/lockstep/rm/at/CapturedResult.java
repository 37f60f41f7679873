package dev.lockstep.rm.at;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a statement object answers about its last execution when that was captured: the driver's own statement may not have
 * run at all, or run several times. Holds the statements of ours whose rows the user may still read. Not thread-safe.
 */
final class CapturedResult {

    private static final Logger log = LoggerFactory.getLogger(CapturedResult.class);

    private final List<ResultSet> generatedKeys = new ArrayList<>(0);
    private final List<PreparedStatement> open = new ArrayList<>(0);
    private boolean present;
    private long updateCount = -1;
    private @Nullable ResultSet rows;

    /** The last execution was none of ours: the driver's own statement knows. */
    void clear() {
        present = false;
        rows = null;
        generatedKeys.clear();
        closeStatements();
    }

    /** Closes what the user can read no more. */
    void closeStatements() {
        for (PreparedStatement statement : open) {
            try {
                statement.close();
            } catch (SQLException e) {
                log.debug("A statement that has run in place of the user's does not close", e);
            }
        }
        open.clear();
    }

    /** Closes this statement together with the user's. */
    void hold(PreparedStatement statement) {
        open.add(statement);
    }

    /** The execution is over; it gives a count unless it gave {@link #rows(ResultSet) rows}. */
    void set(long affected) {
        present = true;
        updateCount = rows == null ? affected : -1;
    }

    /** What RETURNING gave; stands before its first row. */
    void rows(ResultSet given) {
        rows = given;
    }

    /** The rows of the last execution, or null when it gave a count. */
    @Nullable
    ResultSet rows() {
        return rows;
    }

    /** What an INSERT gave; stands before its first row whenever the user may read it. */
    void keys(ResultSet keys) {
        generatedKeys.add(keys);
    }

    /** How many statements have given keys, to come back to with {@link #forgetAfter}. */
    int mark() {
        return generatedKeys.size();
    }

    /** Forgets what was given after a mark. */
    void forgetAfter(int mark) {
        rows = null;
        generatedKeys
                .subList(Math.min(mark, generatedKeys.size()), generatedKeys.size())
                .clear();
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
        rows = null;
    }

    /** The keys of the last execution, or null when none were captured. */
    @Nullable
    ResultSet generatedKeys() throws SQLException {
        if (generatedKeys.size() < 2) {
            return generatedKeys.isEmpty() ? null : generatedKeys.get(0);
        }
        ResultSet joined = RewindableKeys.joined(generatedKeys);
        generatedKeys.clear();
        generatedKeys.add(joined);
        return joined;
    }
}
