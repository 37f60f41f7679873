package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The user's statement as a capture may run it: once, or again after it was undone. Made by the statement classes, which
 * alone know how JDBC was called.
 */
public interface WriteCall {

    /** The text as the user gave it, for messages. */
    String sql();

    /** What is bound to it; for a batch of INSERTs nothing, as none of its clauses is ever taken elsewhere. */
    BoundParameters parameters();

    /** Runs it as written and gives the number of rows affected. */
    long run() throws SQLException;

    /**
     * Runs an INSERT as written, with the wish that the driver returns the primary key of each new row besides what the user
     * wished to get.
     */
    InsertOutcome runReturningKeys(TableMeta table) throws SQLException;

    /**
     * What an INSERT did.
     *
     * @param affected rows affected; negative when the driver does not know, as for some batches
     * @param keys the keys the driver returned, with a column for each column of the primary key; whoever reads them leaves
     *     them before the first row, for the user may read them too
     */
    record InsertOutcome(long affected, ResultSet keys) {}
}
