package dev.lockstep.rm.at.meta;

import dev.lockstep.rm.at.dialect.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which database each connection of a data source leads to. A data source may choose among several, and an undo log in one of
 * them is never found by who looks in another. The driver is asked once per session, without a round trip. Thread-safe.
 */
public final class Destinations {

    private final Dialect dialect;
    private final ReentrantLock lock = new ReentrantLock();
    /** By the driver's own connection, as far as a pool shows it. */
    private final Map<Connection, String> known = new WeakHashMap<>();

    public Destinations(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The resource id of the database that this connection leads to, which may be of another kind. */
    public String of(Connection connection) throws SQLException {
        Connection driverOwn = Sessions.driverOwn(connection);
        String id = look(driverOwn);
        if (id == null) {
            id = dialect.resourceId(connection.getMetaData().getURL());
            lock.lock();
            try {
                known.put(driverOwn, id);
            } finally {
                lock.unlock();
            }
        }
        return id;
    }

    private @Nullable String look(Connection driverOwn) {
        lock.lock();
        try {
            return known.get(driverOwn);
        } finally {
            lock.unlock();
        }
    }
}
