package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the connections of the user's data source, each wrapped, whether there is a global transaction or not: which one
 * a connection works for is decided at its first write. Thread-safe if the user's data source is.
 */
public final class AtDataSource extends DelegatingDataSource {

    /** Makes a resource known to the RM and the TC. */
    public interface Opening {

        /** Gives the resource behind a data source; its connection is left as it is. May be called again after an error. */
        AtResource open(DataSource dataSource, Connection connection) throws SQLException;
    }

    private final Opening opening;
    private final AtomicReference<@Nullable AtResource> resource = new AtomicReference<>();

    public AtDataSource(DataSource dataSource, Opening opening) {
        super(dataSource);
        this.opening = opening;
    }

    @Override
    protected Connection wrap(Connection connection) {
        return new AtConnection(connection, this);
    }

    /**
     * The resource, found out through this connection when it is not known yet. Two threads may both find it out at first;
     * the first result stays.
     */
    AtResource resource(Connection connection) throws SQLException {
        AtResource known = resource.get();
        if (known != null) {
            return known;
        }
        AtResource opened = opening.open(delegate(), connection);
        AtResource first = resource.compareAndExchange(null, opened);
        return first == null ? opened : first;
    }

    /** Finds the resource out on a connection of its own, so that the TC can reach it before its first use. */
    public AtResource open() throws SQLException {
        AtResource known = resource.get();
        if (known != null) {
            return known;
        }
        try (Connection connection = delegate().getConnection()) {
            return resource(connection);
        }
    }
}
