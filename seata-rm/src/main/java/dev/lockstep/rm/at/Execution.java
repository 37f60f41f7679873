package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The ways in which JDBC runs a text, for plain and prepared statements alike: outside a global transaction as it is written;
 * inside it is recognised first, and then captured, read with a look at its locks, run as it is written, or refused.
 *
 * <p>Not thread-safe, as a JDBC statement is not.
 */
final class Execution {

    private final AtConnection connection;
    private final LocalTransaction transaction;
    private final RunsInside inside;
    private final Statement user;
    private final Statement driver;
    private final CapturedResult captured;
    private int timeoutSeconds;

    /**
     * @param user the statement object that the user has
     * @param driver the driver's own behind it
     */
    Execution(AtConnection connection, Statement user, Statement driver, CapturedResult captured) {
        this.connection = connection;
        this.transaction = connection.transaction();
        this.inside = connection.inside();
        this.user = user;
        this.driver = driver;
        this.captured = captured;
    }

    void limit(int seconds) {
        timeoutSeconds = seconds;
    }

    int timeoutSeconds() {
        return timeoutSeconds;
    }

    /** What {@code executeQuery} does. */
    ResultSet rows(UserText text, AsWritten<ResultSet> asWritten) throws SQLException {
        captured.clear();
        if (!transaction.runsInside()) {
            ResultSet rows = asWritten.run();
            connection.outside().gaveRows(text.sql());
            return rows;
        }
        RecognizedSql recognized = text.recognize();
        InsideRules.requireReadOnlyCursor(user, text.sql());
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return inside.lockingRead(read, text.call().parameters(), queries(), asWritten);
        }
        if (recognized instanceof RecognizedSql.Write write) {
            InsideRules.requireRows(write, text.sql());
            capture(write, text);
            return rowsGiven();
        }
        return inside.asWritten(asWritten);
    }

    /** What {@code executeUpdate} does. */
    long count(UserText text, AsWritten<? extends Number> asWritten) throws SQLException {
        captured.clear();
        if (!transaction.runsInside()) {
            long affected = asWritten.run().longValue();
            connection.outside().gaveCount(affected, text.sql());
            return affected;
        }
        RecognizedSql recognized = text.recognize();
        if (recognized instanceof RecognizedSql.Write write) {
            InsideRules.requireCount(write, text.sql());
            return capture(write, text);
        }
        return inside.asWritten(asWritten).longValue();
    }

    /** What {@code execute} does; whether it gave rows. */
    boolean either(UserText text, AsWritten<Boolean> asWritten) throws SQLException {
        captured.clear();
        if (!transaction.runsInside()) {
            boolean gaveRows = asWritten.run();
            if (gaveRows) {
                connection.outside().gaveRows(text.sql());
            } else {
                connection.outside().gaveCount(driver.getUpdateCount(), text.sql());
            }
            return gaveRows;
        }
        RecognizedSql recognized = text.recognize();
        if (recognized instanceof RecognizedSql.Write write) {
            capture(write, text);
            return captured.rows() != null;
        }
        InsideRules.requireReadOnlyCursor(user, text.sql());
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return inside.lockingRead(read, text.call().parameters(), queries(), asWritten);
        }
        return inside.asWritten(asWritten);
    }

    private long capture(RecognizedSql.Write recognized, UserText text) throws SQLException {
        long affected = inside.capture(recognized, text.call(), queries());
        captured.set(affected);
        return affected;
    }

    private ResultSet rowsGiven() throws SQLException {
        ResultSet rows = captured.rows();
        if (rows == null) {
            throw new SQLException("The statement gave no rows.", "07005");
        }
        return new AtResultSet(connection, user, rows);
    }

    /**
     * What {@code executeBatch} does inside. A later execution may mean rows that an earlier one made match, so each has images
     * of its own; all of them are one piece of work.
     *
     * @param recognized what each of them means; allowed in a batch
     * @param calls gives each of them, right before it runs
     */
    int[] oneByOne(List<RecognizedSql> recognized, IntFunction<WriteCall> calls) throws SQLException {
        if (recognized.isEmpty()) {
            return new int[0];
        }
        return inside.inBranch((resource, joined, onConflict) -> {
            // What an earlier try gave, which met a global lock and was undone.
            captured.clear();
            int[] counts = new int[recognized.size()];
            for (int i = 0; i < counts.length; i++) {
                try {
                    WriteCall call = calls.apply(i);
                    counts[i] = recognized.get(i) instanceof RecognizedSql.Write write
                            ? (int) inside.capture(resource, joined, write, call, queries())
                            : (int) call.run();
                } catch (SQLException e) {
                    inside.failed(e);
                    throw InsideRules.batchStopped(counts, i, onConflict, e);
                }
            }
            return counts;
        });
    }

    /** What {@code executeBatch} does outside, with the driver's own batch. */
    int[] asOneBatch(AsWritten<int[]> asWritten) throws SQLException {
        try {
            int[] counts = asWritten.run();
            connection.outside().gaveCounts(counts);
            return counts;
        } catch (BatchUpdateException e) {
            connection.outside().gaveCounts(e.getUpdateCounts());
            throw e;
        }
    }

    /** What one execution queries besides. */
    QueriesAround queries() {
        return inside.queriesAround(user, timeoutSeconds);
    }
}
