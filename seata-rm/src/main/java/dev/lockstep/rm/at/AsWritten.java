package dev.lockstep.rm.at;

import java.sql.SQLException;

/** The driver's own method for what the user wants to run. */
@FunctionalInterface
interface AsWritten<R> {

    R run() throws SQLException;
}
