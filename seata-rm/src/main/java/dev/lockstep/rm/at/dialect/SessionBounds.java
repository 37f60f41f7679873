package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the session in which the RM does work of its own: above all a bound for how long a statement waits for row
 * locks. Closing gives the session its own settings back, as the connection belongs to the user's pool. Does nothing where
 * the database has no such settings. Not thread-safe.
 */
public final class SessionBounds {

    private final Connection connection;
    private final @Nullable String restore;

    private SessionBounds(Connection connection, @Nullable String restore) {
        this.connection = connection;
        this.restore = restore;
    }

    /** Makes the settings. */
    public static SessionBounds set(Connection connection, Dialect dialect, Duration lockWait) throws SQLException {
        OwnSession own = dialect.ownSession();
        if (own == null) {
            return new SessionBounds(connection, null);
        }
        Object[] previous;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(own.read())) {
                row.next();
                previous = new Object[row.getMetaData().getColumnCount()];
                for (int i = 0; i < previous.length; i++) {
                    previous[i] = row.getString(i + 1);
                }
            }
            statement.execute(own.set().formatted(lockWait.toMillis()));
        }
        return new SessionBounds(connection, own.restore().formatted(previous));
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
