package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The user's statement as a capture may run it: once, or again after it was undone. Made by the statement classes, which
 * alone know how JDBC was called.
 */
public interface WriteCall {

    /** The text as the user gave it, for messages. */
    String sql();

    /** What is bound to it; for a batch of INSERTs nothing, as none of its clauses is ever taken elsewhere. */
    BoundParameters parameters();

    /** What is bound to each execution: to the only one, or to each row of a batch of INSERTs. */
    List<BoundParameters> frames();

    /** Forgets what an earlier try, which was undone, had to give the user. */
    void startOver();

    /** Runs it as written and gives the number of rows affected. */
    long run() throws SQLException;

    /**
     * Runs an INSERT as written, with the wish that the driver returns the primary key of each new row besides what the user
     * wished to get; some drivers know no more of it than what the database made up.
     */
    InsertOutcome runReturningKeys(TableMeta table) throws SQLException;

    /** Runs texts of ours in its place. */
    Substitute substitute();

    /** The select list of the generated keys that the user wished for; empty when none were. */
    String wishedKeys(TableMeta table) throws SQLException;

    /**
     * What an INSERT did.
     *
     * @param affected rows affected; negative when the driver does not know, as for some batches
     * @param keys what the driver returned; whoever reads it leaves it before the first row, for the user may read it too
     */
    record InsertOutcome(long affected, ResultSet keys) {}
}
