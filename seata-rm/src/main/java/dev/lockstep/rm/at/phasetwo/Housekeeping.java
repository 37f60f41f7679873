package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.undo.OwnTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * The local transactions in which undo_log is tidied up: by {@link UndoLogCleaner}, {@link UndoLogExpiry} and {@link
 * OrphanSweep}. None of them is urgent, so none waits long for a row that somebody holds, and a worker is free again soon
 * whatever stands against it. Immutable, thread-safe.
 */
public final class Housekeeping {

    /** For each statement; MySQL and MariaDB wait for whole seconds only. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    private final DataSource dataSource;
    private final Dialect dialect;

    /**
     * Works on one database.
     *
     * @param dataSource the user's own, not ours around it
     */
    public Housekeeping(DataSource dataSource, Dialect dialect) {
        this.dataSource = dataSource;
        this.dialect = dialect;
    }

    /** What is done in one local transaction. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Does the work and commits it; after an exception nothing of it is done. */
    <T> T run(Work<T> work) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource, dialect, LOCK_WAIT)) {
            T result = work.run(transaction.connection());
            transaction.commit();
            return result;
        }
    }
}
