package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UndoLogNotWrittenException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table for undo logs comes into being by itself where the user says so. */
abstract class UndoLogCreationContract {

    private @Nullable Rig opened;

    private final Rigs rigs;

    UndoLogCreationContract(Rigs rigs) {
        this.rigs = rigs;
    }

    private Rig rig(String undoLogTable) throws SQLException {
        Rig rig = rigs.open(ResourceManagerOptions.builder()
                .undoLogTable(undoLogTable)
                .createUndoLogTable(true)
                .build());
        opened = rig;
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10)");
        return rig;
    }

    @AfterEach
    void close() throws SQLException {
        if (opened != null) {
            opened.close();
        }
    }

    @Test
    void a_table_that_is_not_there_is_created_with_its_keys() throws Exception {
        Rig rig = rig("undo_here");
        rig.rolledBack(() -> {
            rig.update("UPDATE stock SET amount = 1");
            assertThat(rig.number("SELECT COUNT(*) FROM undo_here")).isEqualTo(1);
        });
        assertThat(rig.number("SELECT amount FROM stock")).isEqualTo(10);
        assertThat(rig.number("SELECT COUNT(*) FROM undo_here")).isZero();
        assertThat(rig.undoLogs()).isZero();
        try (Connection connection = rig.raw.getConnection()) {
            assertThat(indexedColumns(connection, "undo_here")).contains("xid", "branch_id", "log_created");
        }
    }

    private static Set<String> indexedColumns(Connection connection, String table) throws SQLException {
        Set<String> columns = new TreeSet<>();
        boolean upperCase = connection.getMetaData().storesUpperCaseIdentifiers();
        String stored = upperCase ? table.toUpperCase(Locale.ROOT) : table;
        try (ResultSet indexes = connection
                .getMetaData()
                .getIndexInfo(connection.getCatalog(), connection.getSchema(), stored, false, true)) {
            while (indexes.next()) {
                String column = indexes.getString("COLUMN_NAME");
                if (column != null) {
                    columns.add(column.toLowerCase(Locale.ROOT));
                }
            }
        }
        return columns;
    }

    @Test
    void one_that_is_there_stays_as_it_is() throws Exception {
        Rig rig = rigs.open(
                ResourceManagerOptions.builder().createUndoLogTable(true).build());
        opened = rig;
        rig.plain(
                "INSERT INTO undo_log (branch_id, xid, context, rollback_info, log_status, log_created, log_modified)"
                        + " VALUES (1, 'x', 'c', '00', 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO stock VALUES (1, 10)");
        rig.rolledBack(() -> rig.update("UPDATE stock SET amount = 1"));
        assertThat(rig.undoLogs()).isEqualTo(1);
    }

    @Test
    void where_it_cannot_be_created_nothing_is_written() throws Exception {
        Rig rig = rig("nowhere.undo_log");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1"))
                .isInstanceOf(UndoLogNotWrittenException.class)
                .hasMessageContaining("dev/lockstep/rm/undo_log"));
        assertThat(rig.number("SELECT amount FROM stock")).isEqualTo(10);
    }
}
