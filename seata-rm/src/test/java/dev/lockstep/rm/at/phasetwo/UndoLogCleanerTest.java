package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.event.BranchListener;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

final class UndoLogCleanerTest {

    private static final String XID = "10.0.0.5:8091:1";
    private static final int CLOSINGS = 600;

    /** The TC never asks again for what was taken on. */
    @Test
    void what_is_taken_on_while_it_closes_is_deleted() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        ExecutorService transport = Executors.newSingleThreadExecutor();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                InputStream script = ResourceManager.class.getResourceAsStream("undo_log/h2.sql")) {
            statement.execute(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
            Dialect dialect = DialectProvider.find(connection);
            UndoLogTable undoLogs =
                    new UndoLogTable(dialect, "undo_log", Namespace.of(connection), UndoLogFormat.OFFICIAL);
            Housekeeping housekeeping = new Housekeeping(database, dialect);
            int refused = 0;
            for (int branch = 1; branch <= CLOSINGS; branch++) {
                undoLogs.insert(connection, new UndoLog(XID, branch, List.of()));
                UndoLogCleaner cleaner = new UndoLogCleaner(
                        "stock", housekeeping, undoLogs, 10, Duration.ofSeconds(10), BranchListener.NONE);
                if (!offeredDuringClose(cleaner, branch, transport)) {
                    refused++;
                }
                assertThat(count(statement)).as("after closing %d", branch).isEqualTo(refused);
            }
            statement.execute("SHUTDOWN");
        } finally {
            transport.shutdownNow();
        }
    }

    private static boolean offeredDuringClose(UndoLogCleaner cleaner, long branch, ExecutorService transport)
            throws Exception {
        AtomicInteger missing = new AtomicInteger(2);
        Future<Boolean> offered = transport.submit(() -> {
            meet(missing);
            return cleaner.offer(XID, branch);
        });
        meet(missing);
        cleaner.close();
        return offered.get(20, TimeUnit.SECONDS);
    }

    /** Both go on within a fraction of a microsecond more often than behind a barrier that parks. */
    private static void meet(AtomicInteger missing) {
        missing.decrementAndGet();
        while (missing.get() > 0) {
            Thread.yield();
        }
    }

    private static int count(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM undo_log")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
