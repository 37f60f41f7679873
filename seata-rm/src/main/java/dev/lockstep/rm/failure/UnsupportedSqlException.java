package dev.lockstep.rm.failure;

import java.sql.SQLFeatureNotSupportedException;

/**
 * A statement was refused inside a global transaction because what it writes cannot be captured, so that a rollback would
 * not undo it. The statement has not run; the local transaction and the global one are as before, and may go on. SQLState
 * 0A000: the same statement will be refused again, so write it another way, as the message says.
 *
 * <p>Immutable, thread-safe.
 */
public final class UnsupportedSqlException extends SQLFeatureNotSupportedException {

    /** SQLState "feature not supported". */
    public static final String SQL_STATE = "0A000";

    private static final int LONGEST_SQL = 1000;

    /**
     * Made by the RM; public for it, and for tests of what handles it.
     *
     * @param sql the statement; of a long one only the beginning is told
     * @param reason what stands against it, naming the token or value; no full stop
     * @param wayOut what the user can do instead, as a sentence, or empty
     */
    public UnsupportedSqlException(String sql, String reason, String wayOut) {
        super(
                "Statement not run inside the global transaction, since its rows could not be rolled back: " + reason
                        + "."
                        + (wayOut.isEmpty() ? "" : " " + wayOut)
                        + " SQL: " + bounded(sql),
                SQL_STATE);
    }

    private static String bounded(String sql) {
        return sql.length() <= LONGEST_SQL
                ? sql
                : sql.substring(0, LONGEST_SQL) + "... (" + sql.length() + " characters)";
    }
}
