package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.SessionBounds;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A local transaction of the RM's own, on a connection of its own from the user's data source. Closing rolls back what was
 * not committed and gives the connection back as it came. Not thread-safe.
 */
public final class OwnTransaction implements AutoCloseable {

    private final Connection connection;
    private final boolean autoCommitBefore;
    private @Nullable SessionBounds bounds;
    private boolean committed;

    private OwnTransaction(Connection connection, boolean autoCommitBefore) {
        this.connection = connection;
        this.autoCommitBefore = autoCommitBefore;
    }

    /** Takes a connection and begins. */
    public static OwnTransaction begin(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                connection.setAutoCommit(false);
            } else {
                // What the pool has asked to see whether the connection lives may have begun one.
                connection.rollback();
            }
            return new OwnTransaction(connection, autoCommit);
        } catch (SQLException | RuntimeException e) {
            closeBecauseOf(connection, e);
            throw e;
        }
    }

    /** Takes a connection, begins, and bounds how long each statement waits for a row lock. */
    public static OwnTransaction begin(DataSource dataSource, Dialect dialect, Duration lockWait) throws SQLException {
        OwnTransaction transaction = begin(dataSource);
        try {
            transaction.bounds = SessionBounds.set(transaction.connection, dialect, lockWait);
            return transaction;
        } catch (SQLException | RuntimeException e) {
            closeBecauseOf(transaction, e);
            throw e;
        }
    }

    private static void closeBecauseOf(AutoCloseable closeable, Exception cause) {
        try {
            closeable.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    public Connection connection() {
        return connection;
    }

    /** Commits; nothing is done on the connection after that. */
    public void commit() throws SQLException {
        connection.commit();
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!committed) {
                // Not after a commit: some servers are asked, and H2 forgets the plans of a session that rolls back.
                rollBack();
            }
            if (bounds != null) {
                bounds.close();
            }
            if (autoCommitBefore) {
                connection.setAutoCommit(true);
            }
        }
    }

    private void rollBack() throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException e) {
            if (bounds != null) {
                // The pool may think better of the connection, and hand it out with settings that are none of its own.
                closeBecauseOf(bounds::close, e);
            }
            throw e;
        }
    }
}
