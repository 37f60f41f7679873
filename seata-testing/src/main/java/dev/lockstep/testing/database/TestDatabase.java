package dev.lockstep.testing.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * One database on a server, which goes when this is closed. Immutable, thread-safe.
 *
 * @param server where it lies
 * @param name of the database
 * @param url for JDBC, without parameters
 * @param user may do everything there
 * @param password of the user, may be empty
 */
public record TestDatabase(DatabaseServer server, String name, String url, String user, String password)
        implements AutoCloseable {

    /** A new connection, which the caller closes. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public void close() throws SQLException {
        server.drop(name);
    }
}
