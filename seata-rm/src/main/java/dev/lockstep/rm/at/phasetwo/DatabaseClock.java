package dev.lockstep.rm.at.phasetwo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;

/**
 * Now as the database's clock shows it, in the zone of the session: that is how log_created is written, whatever zone and clock this
 * process has.
 */
@FunctionalInterface
public interface DatabaseClock {
    LocalDateTime now(Connection connection) throws SQLException;
}
