package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How a session, which belongs to the user's pool, shows and takes moments in UTC for a while. Immutable.
 *
 * @param set statement that keeps the session's zone and sets UTC
 * @param restore statement that gives the zone back
 */
public record UniversalTime(String set, String restore) {

    /** The while; closing gives the session its own zone back. */
    @FunctionalInterface
    public interface Span extends AutoCloseable {
        @Override
        void close() throws SQLException;
    }

    /** Sets UTC until the end of the span, which must come before the connection is given back, whatever happens. */
    public Span begin(Connection connection) throws SQLException {
        execute(connection, set);
        return () -> execute(connection, restore);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
