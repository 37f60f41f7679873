package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long the statements of one connection wait for row locks; closing gives the session its own bound back, as
 * the connection belongs to the user's pool. Does nothing where the database has no such setting. Not thread-safe.
 */
public final class LockWait {

    private final Connection connection;
    private final Dialect dialect;
    private final @Nullable Long previousMillis;

    private LockWait(Connection connection, Dialect dialect, @Nullable Long previousMillis) {
        this.connection = connection;
        this.dialect = dialect;
        this.previousMillis = previousMillis;
    }

    /** Sets the bound. */
    public static LockWait limit(Connection connection, Dialect dialect, Duration limit) throws SQLException {
        String query = dialect.readLockWaitMillis();
        if (query == null) {
            return new LockWait(connection, dialect, null);
        }
        long previous;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            previous = row.getLong(1);
        }
        set(connection, dialect, limit.toMillis());
        return new LockWait(connection, dialect, previous);
    }

    private static void set(Connection connection, Dialect dialect, long millis) throws SQLException {
        String template = dialect.setLockWaitMillis();
        if (template != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(template.formatted(millis));
            }
        }
    }

    /** Gives the session its own bound back. */
    public void close() throws SQLException {
        if (previousMillis != null) {
            set(connection, dialect, previousMillis);
        }
    }
}
