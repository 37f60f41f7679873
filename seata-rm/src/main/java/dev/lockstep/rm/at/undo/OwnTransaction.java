package dev.lockstep.rm.at.undo;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A local transaction of the RM's own, on a connection of its own from the user's data source. Closing rolls back what was
 * not committed and gives the connection back as it came. Not thread-safe.
 */
public final class OwnTransaction implements AutoCloseable {

    private final Connection connection;
    private final boolean autoCommitBefore;

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
            }
            return new OwnTransaction(connection, autoCommit);
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    public Connection connection() {
        return connection;
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            if (autoCommitBefore) {
                connection.setAutoCommit(true);
            }
        }
    }
}
