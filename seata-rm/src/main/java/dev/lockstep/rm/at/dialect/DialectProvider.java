package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Recognises one kind of database. Found through {@link java.util.ServiceLoader}; implementations have a public
 * constructor without parameters and hold no state.
 */
public interface DialectProvider {

    /**
     * The facts of the database behind this connection, or empty when it is another kind.
     *
     * @param connection outside any local transaction, or in one that may be read from; its state is left as it was
     */
    Optional<Dialect> dialectOf(Connection connection) throws SQLException;

    /**
     * What the first provider says that knows the database.
     *
     * @throws SQLFeatureNotSupportedException if none does
     */
    static Dialect find(Connection connection) throws SQLException {
        for (DialectProvider provider :
                ServiceLoader.load(DialectProvider.class, DialectProvider.class.getClassLoader())) {
            Optional<Dialect> dialect = provider.dialectOf(connection);
            if (dialect.isPresent()) {
                return dialect.get();
            }
        }
        throw new SQLFeatureNotSupportedException(
                "No dialect for " + connection.getMetaData().getDatabaseProductName()
                        + ": this data source cannot take part in global transactions. Use it outside of them, or add a"
                        + " DialectProvider.",
                "0A000");
    }
}
