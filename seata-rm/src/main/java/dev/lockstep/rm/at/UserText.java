package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;

/** A text that a statement object of the user is told to run, with what is bound to it. */
interface UserText {

    /** The text as the user gave it. */
    String sql();

    /**
     * What it means, for one that runs inside a global transaction.
     *
     * @throws dev.lockstep.rm.failure.UnsupportedSqlException if it may write and cannot be captured
     */
    RecognizedSql recognize() throws SQLException;

    /** An execution of it with what is bound now; made right before it runs. */
    WriteCall call();
}
