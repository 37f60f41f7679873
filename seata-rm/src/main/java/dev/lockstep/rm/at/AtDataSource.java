package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phasetwo.UndoLogCleaner;
import dev.lockstep.rm.at.sql.SqlRecognizer;
import dev.lockstep.rm.at.sql.SqlRules;
import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the connections of the user's data source, each wrapped, whether there is a global transaction or not: which one
 * a connection works for is decided at its first write. Around a pool whose connections are ours already it is no resource, and only
 * forwards. Thread-safe if the user's data source is.
 */
public final class AtDataSource extends DelegatingDataSource {

    /** Makes a resource known to the RM and the TC. */
    public interface Opening {

        /** Gives the resource behind a data source; its connection is left as it is. May be called again after an error. */
        AtResource open(DataSource dataSource, Connection connection) throws SQLException;
    }

    private final Opening opening;
    private final ReentrantLock openingOnce = new ReentrantLock();
    private volatile @Nullable AtResource resource;
    private volatile @Nullable SqlRecognizer standardSql;

    public AtDataSource(DataSource dataSource, Opening opening) {
        super(dataSource);
        this.opening = opening;
    }

    /**
     * A router may lead to a data source that takes part by itself: what comes from there is captured already. Where a pool stands
     * between, the {@link LocalTransaction} finds out, since nobody shall pay for the question outside.
     */
    @Override
    protected Connection wrap(Connection connection) {
        return connection instanceof AtConnection ? connection : new AtConnection(connection, this);
    }

    /** The user's own data source. */
    public DataSource original() {
        return delegate();
    }

    /** What tells reads from the rest where nobody knows the database. */
    SqlRecognizer standardSql() {
        SqlRecognizer known = standardSql;
        if (known == null) {
            // Two at once make two that are alike.
            known = new SqlRecognizer(SqlRules.builder("standard SQL").build());
            standardSql = known;
        }
        return known;
    }

    /**
     * The resource, found out through this connection when it is not known yet. Only then is there a lock, although the
     * opening asks database and TC: everybody who comes meanwhile needs its result, and a second opening would double it.
     */
    AtResource resource(Connection connection) throws SQLException {
        AtResource known = resource;
        if (known != null) {
            return known;
        }
        openingOnce.lock();
        try {
            known = resource;
            if (known == null) {
                known = opening.open(delegate(), connection);
                resource = known;
            }
            return known;
        } finally {
            openingOnce.unlock();
        }
    }

    /** The resource as far as it was found out. */
    @Nullable
    AtResource known() {
        return resource;
    }

    /**
     * Null as long as the database has not been reached.
     *
     * @param cleaners what deletes the undo logs of a resource, or null for one whose queue is told of already
     */
    public @Nullable ResourceState state(Function<String, @Nullable UndoLogCleaner> cleaners) {
        AtResource known = resource;
        return known == null ? null : known.state(cleaners.apply(known.resourceId()));
    }

    /** The resource, found out on a connection of its own when it is not known yet. */
    AtResource resource() throws SQLException {
        AtResource known = resource;
        if (known != null) {
            return known;
        }
        try (Connection connection = delegate().getConnection()) {
            if (AtConnection.isBehind(connection)) {
                throw new SQLNonTransientException(
                        "Not run inside the global transaction: " + this
                                + " leads to a connection that takes part by itself, and has led to one that does not, so that"
                                + " nobody can tell which database that one is in. Wrap each of those that it chooses from,"
                                + " and not the one that chooses.",
                        "0A000");
            }
            return resource(connection);
        }
    }

    /**
     * Finds the resource out on a connection of its own, so that the TC can reach it before its first use.
     *
     * @return that of another data source of ours if this one leads there, as a pool around one does: then this is no resource
     */
    public AtResource open() throws SQLException {
        AtResource known = resource;
        if (known != null) {
            return known;
        }
        try (Connection connection = delegate().getConnection()) {
            return capturingResource(connection);
        }
    }

    /** The resource of whoever captures what runs on one of the delegate's connections: this data source or the one behind. */
    AtResource capturingResource(Connection connection) throws SQLException {
        return AtConnection.isBehind(connection)
                ? connection.unwrap(AtConnection.class).session().capturingResource()
                : resource(connection);
    }
}
