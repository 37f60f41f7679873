package dev.lockstep.rm.at.sql;

import java.sql.SQLFeatureNotSupportedException;

/**
 * A statement was refused inside a global transaction because what it writes cannot be captured, so that a rollback would
 * not undo it. Nothing was sent to the database; the local transaction and the global one are as before.
 */
public final class UnsupportedSqlException extends SQLFeatureNotSupportedException {

    /** SQLState "feature not supported". */
    public static final String SQL_STATE = "0A000";

    private static final int LONGEST_SQL = 1000;

    /** Refuses {@code sql} for the reason that the recogniser found. */
    public UnsupportedSqlException(String sql, RecognizedSql.Refused refused) {
        this(sql, refused.reason(), refused.wayOut());
    }

    /**
     * Refuses {@code sql}.
     *
     * @param reason what stands against it, naming the token or value
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
