package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;

/**
 * How a session, which belongs to the user's pool, shows and takes moments in UTC for a while. Immutable.
 *
 * @param set statement that keeps the session's zone and sets UTC
 * @param restore statement that gives the zone back
 * @param condition is true if what the session's clock shows, the first parameter, is the moment that the second gives in seconds
 *     since 1970
 */
public record UniversalTime(String set, String restore, String condition) {

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

    /** Whether the session's clock shows each of these moments, given without a part of a second, with its offset. */
    public boolean isShown(Connection connection, List<OffsetDateTime> moments) throws SQLException {
        String query = "SELECT " + String.join(" AND ", Collections.nCopies(moments.size(), condition));
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            int next = 1;
            for (OffsetDateTime moment : moments) {
                statement.setString(
                        next++, moment.toLocalDate() + " " + DateTimeFormatter.ISO_LOCAL_TIME.format(moment));
                statement.setLong(next++, moment.toEpochSecond());
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
