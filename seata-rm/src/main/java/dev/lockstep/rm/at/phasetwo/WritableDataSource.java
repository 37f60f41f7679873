package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogTable;
import java.io.PrintWriter;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The user's data sources that lead to one resource, as one whose connections can write there. An application may have a pool
 * for reading beside one for writing, or replace a pool by another while it runs; the TC knows of one resource only, and
 * whatever it asks for is to be done through the one that can.
 *
 * <p>With one data source nothing is tried. With several each connection is, by a statement that deletes no row, beginning
 * with the data source that came last, then with the one that could last. That one is kept from the garbage collector, so that
 * branches can be ended whatever becomes of those who wrote them; the others are only remembered while somebody else uses them.
 * Thread-safe.
 */
public final class WritableDataSource implements DataSource {

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(WritableDataSource.class);

    private final String resourceId;
    private final UndoLogTable undoLogs;
    /** Guards the rest; nobody waits for anything while he holds it. */
    private final ReentrantLock changing = new ReentrantLock();

    private final List<WeakReference<DataSource>> dataSources = new ArrayList<>(1);
    private @Nullable DataSource preferred;

    /** Begins with one data source, the user's own. */
    public WritableDataSource(String resourceId, DataSource dataSource, UndoLogTable undoLogs) {
        this.resourceId = resourceId;
        this.undoLogs = undoLogs;
        add(dataSource);
    }

    private void add(DataSource dataSource) {
        changing.lock();
        try {
            preferred = dataSource;
            if (known().stream().noneMatch(other -> other == dataSource)) {
                dataSources.add(new WeakReference<>(dataSource));
            }
        } finally {
            changing.unlock();
        }
    }

    /** Takes in another that leads to the same resource. */
    void add(WritableDataSource others) {
        others.inOrder().forEach(this::add);
        int present = inOrder().size();
        if (present > 1) {
            log.info(
                    "[rm {}] {} data sources lead here: branches are ended through one that can write",
                    resourceId,
                    present);
        }
    }

    /** Never chooses this data source again and keeps nothing of it. */
    void remove(DataSource dataSource) {
        changing.lock();
        try {
            dataSources.removeIf(reference -> reference.get() == dataSource);
            if (preferred == dataSource) {
                preferred = known().stream().findFirst().orElse(null);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Chooses this data source first from now on, unless it was removed meanwhile. */
    private void prefer(DataSource dataSource) {
        changing.lock();
        try {
            if (known().stream().anyMatch(known -> known == dataSource)) {
                preferred = dataSource;
            }
        } finally {
            changing.unlock();
        }
    }

    /** Those that are there. */
    private List<DataSource> known() {
        dataSources.removeIf(reference -> reference.get() == null);
        return dataSources.stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Those that are there, the preferred one first. */
    private List<DataSource> inOrder() {
        changing.lock();
        try {
            List<DataSource> order = new ArrayList<>(known());
            DataSource first = preferred;
            if (first != null && order.removeIf(other -> other == first)) {
                order.add(0, first);
            }
            return order;
        } finally {
            changing.unlock();
        }
    }

    /** @throws SQLException of the first, with those of the others suppressed, if none can write now */
    @Override
    public Connection getConnection() throws SQLException {
        List<DataSource> order = inOrder();
        if (order.isEmpty()) {
            throw new SQLNonTransientConnectionException(
                    "No data source leads to " + resourceId
                            + " any more: those that did were released. Wrap another one, or"
                            + " the branches written here wait until one is.",
                    "08003");
        }
        DataSource first = order.get(0);
        if (order.size() == 1) {
            return first.getConnection();
        }
        try {
            return tried(first);
        } catch (SQLException | RuntimeException e) {
            for (DataSource other : order.subList(1, order.size())) {
                try {
                    Connection connection = tried(other);
                    prefer(other);
                    log.info("[rm {}] Branches are ended through {} from now on", resourceId, other, e);
                    return connection;
                } catch (SQLException | RuntimeException alsoNot) {
                    e.addSuppressed(alsoNot);
                }
            }
            throw e;
        }
    }

    private Connection tried(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            undoLogs.upkeep().requireWritable(connection);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException notEvenClosed) {
                e.addSuppressed(notEvenClosed);
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return "WritableDataSource" + inOrder();
    }

    // ---- nobody asks it for anything but connections

    private static SQLFeatureNotSupportedException notSupported() {
        return new SQLFeatureNotSupportedException("Ask the data sources themselves.", "0A000");
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw notSupported();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        throw notSupported();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw notSupported();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw notSupported();
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        throw notSupported();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw notSupported();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw notSupported();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
