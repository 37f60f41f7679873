package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's data sources that lead to one resource, as one whose connections can write there. An application may have a pool
 * for reading beside one for writing, or replace a pool by another while it runs; the TC knows of one resource only, and
 * whatever it asks for is to be done through the one that can.
 *
 * <p>With one data source nothing is tried. With several each connection is, by a statement that deletes no row, beginning
 * with the data source that could last. Thread-safe.
 */
public final class WritableDataSource extends DelegatingDataSource {

    private static final Logger log = LoggerFactory.getLogger(WritableDataSource.class);

    private final String resourceId;
    private final UndoLogTable undoLogs;
    private final List<DataSource> dataSources = new CopyOnWriteArrayList<>();
    private volatile DataSource last;

    /** Begins with one data source, the user's own. */
    public WritableDataSource(String resourceId, DataSource dataSource, UndoLogTable undoLogs) {
        super(dataSource);
        this.resourceId = resourceId;
        this.undoLogs = undoLogs;
        this.last = dataSource;
        dataSources.add(dataSource);
    }

    /** Takes in another that leads to the same resource. */
    void add(WritableDataSource others) {
        dataSources.addAll(others.dataSources);
        log.info(
                "[rm {}] {} data sources lead here: branches are ended through one that can write",
                resourceId,
                dataSources.size());
    }

    /** @throws SQLException of the first, with those of the others suppressed, if none can write now */
    @Override
    public Connection getConnection() throws SQLException {
        if (dataSources.size() == 1) {
            return super.getConnection();
        }
        DataSource first = last;
        try {
            return tried(first);
        } catch (SQLException | RuntimeException e) {
            for (DataSource other : dataSources) {
                if (other != first) {
                    try {
                        Connection connection = tried(other);
                        last = other;
                        log.info("[rm {}] Branches are ended through {} from now on", resourceId, other, e);
                        return connection;
                    } catch (SQLException | RuntimeException alsoNot) {
                        e.addSuppressed(alsoNot);
                    }
                }
            }
            throw e;
        }
    }

    private Connection tried(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            undoLogs.requireWritable(connection);
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
    protected Connection wrap(Connection connection) {
        return connection;
    }
}
