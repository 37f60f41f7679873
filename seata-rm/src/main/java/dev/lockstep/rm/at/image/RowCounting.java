package dev.lockstep.rm.at.image;

import java.sql.Connection;
import java.sql.SQLException;

/** How the driver counts the rows of an UPDATE. */
public interface RowCounting {

    /**
     * Whether a row that is set to what it was does not count.
     *
     * @param connection one of those that count; inside a local transaction, whose state stays as it is
     */
    boolean leavesOutUnchanged(Connection connection) throws SQLException;
}
