package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the table of {@link UndoLogTable} where there is none, by the script of its database. Where it cannot, it says so and
 * goes on: what needs the table will fail for itself. Immutable, thread-safe.
 */
public final class UndoLogCreation {

    private static final Logger log = LoggerFactory.getLogger(UndoLogCreation.class);

    private final String resourceId;
    private final String tableName;
    private final String script;

    /**
     * For one table.
     *
     * @param name with a schema or without
     * @param home where it lies when its name stands alone
     */
    public UndoLogCreation(String resourceId, Dialect dialect, String name, Namespace home) {
        this.resourceId = resourceId;
        this.tableName = UndoLogTable.qualified(dialect, name, home);
        String bareName = name.substring(name.lastIndexOf('.') + 1);
        String text = script(dialect.undoLogs().script());
        // In some databases the names of keys and indexes are unique in a schema.
        this.script = (bareName.equals("undo_log")
                        ? text
                        : text.replace("ux_undo_log", "ux_" + bareName)
                                .replace("pk_undo_log", "pk_" + bareName)
                                .replace("ix_log_created", "ix_" + bareName + "_log_created"))
                .replace(" undo_log ", " " + tableName + " ");
    }

    private static String script(String database) {
        try (InputStream script =
                UndoLogCreation.class.getResourceAsStream("/dev/lockstep/rm/undo_log/" + database + ".sql")) {
            if (script == null) {
                throw new IllegalStateException("There is no script for the undo logs of " + database);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .reduce("", (above, line) -> above + line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the table unless it is there.
     *
     * @param connection used if nobody is in the midst of something on it; otherwise another is taken
     */
    public void run(DataSource dataSource, Connection connection) {
        try {
            if (connection.getAutoCommit()) {
                run(connection);
            } else {
                // Where DDL ends local transactions it must not end the one that may have begun here.
                try (Connection another = dataSource.getConnection()) {
                    run(another);
                    if (!another.getAutoCommit()) {
                        another.commit();
                    }
                }
            }
        } catch (SQLException e) {
            log.error(
                    "[rm {}] There is no table {}, and it could not be created; nothing can be written here inside a global"
                            + " transaction until somebody creates it, by the script in dev/lockstep/rm/undo_log",
                    resourceId,
                    tableName,
                    e);
        }
    }

    private void run(Connection connection) throws SQLException {
        if (isThere(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : script.split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException e) {
            // Another instance may have been quicker.
            if (!isThere(connection)) {
                throw e;
            }
            return;
        }
        log.info("[rm {}] Created the table {} for undo logs", resourceId, tableName);
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery("SELECT 1 FROM " + tableName + " WHERE 1 = 0")
                    .close();
            return true;
        } catch (SQLException e) {
            log.debug("[rm {}] {} is not there: {}", resourceId, tableName, e.getMessage());
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return false;
        }
    }
}
