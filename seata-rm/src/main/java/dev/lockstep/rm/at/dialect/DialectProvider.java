package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

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
}
