package dev.lockstep.rm.at.image;

import java.sql.SQLException;
import java.util.List;

/**
 * One execution of one statement and the images around it. The three methods are called once each, in this order, on one
 * connection inside a local transaction; after an exception the statement must be undone. Not thread-safe.
 */
public sealed interface StatementCapture
        permits InsertCapture, RowByRowCapture, UpdateCapture, DeleteCapture, UpsertCapture {

    /**
     * Reads and locks what the statement is going to change, unless the statement itself gives it ({@link RowsWithChange}).
     * Nothing has run yet when this refuses.
     */
    void imageBefore() throws SQLException, RepeatCaptureException;

    /** Runs the statement and gives the number of rows affected. */
    long run() throws SQLException, RepeatCaptureException;

    /** Reads what became of the rows, and proves that no other row was touched. Gives the changes in their order. */
    List<RowChange> imageAfter() throws SQLException, RepeatCaptureException;
}
