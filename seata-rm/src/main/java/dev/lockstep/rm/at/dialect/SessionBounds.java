package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the session in which the RM does work of its own: above all a bound for how long a statement waits for row
 * locks. Closing gives the session its own settings back, as the connection belongs to the user's pool. Does nothing where
 * the database has no such settings, or the session has them already. Not thread-safe.
 */
public final class SessionBounds {

    private final Connection connection;
    private final @Nullable String restore;

    private SessionBounds(Connection connection, @Nullable String restore) {
        this.connection = connection;
        this.restore = restore;
    }

    /** Makes the settings, inside the local transaction for which they are meant. */
    public static SessionBounds set(Connection connection, Dialect dialect, Duration lockWait) throws SQLException {
        OwnSession own = dialect.session().own();
        if (own == null) {
            return new SessionBounds(connection, null);
        }
        try (Statement statement = connection.createStatement()) {
            String restore = null;
            OwnSession.Before before = own.before();
            if (before != null) {
                List<@Nullable String> settings = read(statement, before.read());
                if (before.suffices().holds(settings, lockWait)) {
                    return new SessionBounds(connection, null);
                }
                restore = before.restore().formatted(settings.toArray());
            }
            statement.execute(own.set().formatted(lockWait.toMillis()));
            return new SessionBounds(connection, restore);
        }
    }

    private static List<@Nullable String> read(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            int columns = row.getMetaData().getColumnCount();
            List<@Nullable String> settings = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                settings.add(row.getString(i));
            }
            return settings;
        }
    }

    /** Gives the session its own settings back. */
    public void close() throws SQLException {
        if (restore != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(restore);
            }
        }
    }
}
