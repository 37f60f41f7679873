package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phaseone.LocalCommit.OnConflict;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** What JDBC and we allow inside a global transaction, and how it is told when a batch stops. */
final class InsideRules {

    private InsideRules() {}

    /** executeQuery is for what gives rows; some drivers would run any write all the same. */
    static void requireRows(RecognizedSql.Write write, String sql) throws SQLException {
        if (write.returning() == null) {
            throw new SQLException("The statement gives no rows; run it with executeUpdate. SQL: " + sql, "07005");
        }
    }

    /** executeUpdate and batches are for what gives a count. */
    static void requireCount(RecognizedSql.Write write, String sql) throws SQLException {
        if (write.returning() != null) {
            throw new SQLException(
                    "The statement gives rows; run it with executeQuery or execute. SQL: " + sql, "0100E");
        }
    }

    /** Rows changed through a result set never pass as a statement. */
    static void requireReadOnlyCursor(Statement statement, String sql) throws SQLException {
        if (statement.getResultSetConcurrency() == ResultSet.CONCUR_UPDATABLE) {
            throw new UnsupportedSqlException(
                    sql,
                    "its result set is updatable, and rows changed through it would not be captured",
                    "Read with CONCUR_READ_ONLY and change rows by UPDATE and DELETE.");
        }
    }

    /** A batch is for updates. */
    static void requireBatchable(RecognizedSql recognized, String sql) throws SQLException {
        if (recognized instanceof RecognizedSql.Read || recognized instanceof RecognizedSql.LockingRead) {
            throw new SQLException("A query cannot be part of a batch. SQL: " + sql, "07005");
        }
        if (recognized instanceof RecognizedSql.Write write) {
            requireCount(write, sql);
        }
        // All of a batch is understood before any of it runs.
        if (recognized instanceof RecognizedSql.Harmless harmless && harmless.changesNames()) {
            throw new UnsupportedSqlException(
                    sql,
                    "it changes what names and texts mean, for the rest of the batch too",
                    "Run it by itself before the batch.");
        }
    }

    static SQLException batchBegunOutside() {
        return new SQLException(
                "Part of this batch was added before the global transaction began, so that it would run uncaptured. Nothing"
                        + " was run; clear the batch and fill it inside.",
                "25000");
    }

    /**
     * What JDBC says of a batch that stopped: the counts of those before the failed one. In a local transaction of the user's
     * they stay done; in autocommit mode, where nothing waits, the batch was one local transaction and nothing of it is left.
     */
    static BatchUpdateException batchStopped(int[] counts, int done, OnConflict onConflict, SQLException cause) {
        int left = onConflict == OnConflict.WAIT ? done : 0;
        return new BatchUpdateException(
                cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), Arrays.copyOf(counts, left), cause);
    }

    static long[] widened(int[] counts) {
        return Arrays.stream(counts).asLongStream().toArray();
    }
}
