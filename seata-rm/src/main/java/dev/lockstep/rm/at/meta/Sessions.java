package dev.lockstep.rm.at.meta;

import dev.lockstep.rm.at.dialect.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one data source have made of their own. Where only the server can tell, it is asked once per session
 * and not once for each time that a pool hands the session out; whoever may have changed it says so. Thread-safe.
 */
public final class Sessions {

    private final Dialect dialect;
    private final ReentrantLock lock = new ReentrantLock();
    /** By the driver's own connection, as far as a pool shows it. */
    private final Map<Connection, Session> known = new WeakHashMap<>();

    public Sessions(Dialect dialect) {
        this.dialect = dialect;
    }

    /** What this connection's session is now; may ask the server. */
    public Session of(Connection connection) throws SQLException {
        String query = dialect.session().query();
        if (query == null) {
            // HikariCP 6 and 7 answer with what setSchema was told last, whatever a text or a rollback has made of it
            // since.
            return new Session(Namespace.of(driverOwn(connection)), "");
        }
        Connection driverOwn = driverOwn(connection);
        Session session = look(driverOwn);
        if (session == null) {
            session = ask(connection, query);
            lock.lock();
            try {
                known.put(driverOwn, session);
            } finally {
                lock.unlock();
            }
        }
        return session;
    }

    /** Forgets a session, because a statement may have changed it. */
    public void forget(Connection connection) throws SQLException {
        if (dialect.session().query() != null) {
            Connection driverOwn = driverOwn(connection);
            lock.lock();
            try {
                known.remove(driverOwn);
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Session look(Connection driverOwn) {
        lock.lock();
        try {
            return known.get(driverOwn);
        } finally {
            lock.unlock();
        }
    }

    private static Session ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return new Session(new Namespace(row.getString(1), null), row.getString(2));
        }
    }

    static Connection driverOwn(Connection connection) throws SQLException {
        return connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
    }
}
