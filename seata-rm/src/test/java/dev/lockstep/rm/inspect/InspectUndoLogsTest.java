package dev.lockstep.rm.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.at.Rig;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.model.BranchType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator sees who looks at undo logs from the command line. */
final class InspectUndoLogsTest {

    private Rig rig;
    private String url;
    private String xid;
    private long branchId;

    @BeforeEach
    void leave_a_branch_behind() throws Exception {
        rig = new Rig("");
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT, name VARCHAR(9))",
                "INSERT INTO stock VALUES (1, 10, 'a'), (2, 20, 'b''s'), (3, 30, NULL)");
        try (Connection connection = rig.managed.getConnection()) {
            url = connection.getMetaData().getURL();
        }
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("open"), () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = amount + 1 WHERE id < 3");
                        Rig.update(connection, "UPDATE stock SET amount = amount + 1, name = 'z' WHERE id = 1");
                        Rig.update(connection, "DELETE FROM stock WHERE id = 3");
                        Rig.update(connection, "INSERT INTO stock VALUES (4, 40, 'd')");
                        connection.commit();
                    }
                    TransactionView open = rig.tc.transactions().get(0);
                    xid = open.xid();
                    branchId = open.branches().get(0).branchId();
                    rig.tc.faults().setReachable(false);
                    throw new IllegalStateException("left open");
                }))
                .hasMessage("left open");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private String lines;

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(0, url);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int exit = InspectUndoLogs.run(all, null, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        lines = bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
        return exit;
    }

    private int show() {
        return run("show", xid, Long.toString(branchId));
    }

    @Test
    void a_clean_undo_log_is_shown_as_the_sql_that_undoes_it() throws SQLException {
        assertThat(show()).isZero();
        assertThat(lines)
                .contains(
                        "-- statement 4 was INSERT PUBLIC.STOCK",
                        "DELETE FROM \"PUBLIC\".\"STOCK\" WHERE \"ID\" = 4;",
                        "INSERT INTO \"PUBLIC\".\"STOCK\" (\"ID\", \"AMOUNT\", \"NAME\") VALUES (3, 30, NULL);",
                        "UPDATE \"PUBLIC\".\"STOCK\" SET \"AMOUNT\" = 11, \"NAME\" = 'a' WHERE \"ID\" = 1;",
                        "UPDATE \"PUBLIC\".\"STOCK\" SET \"AMOUNT\" = 10 WHERE \"ID\" = 1;",
                        "UPDATE \"PUBLIC\".\"STOCK\" SET \"AMOUNT\" = 20 WHERE \"ID\" = 2;",
                        "A rollback would succeed.");
        // The SQL shown is the SQL that undoes the branch.
        for (String line : lines.split("\n")) {
            if (line.endsWith(";")) {
                rig.plain(line.substring(0, line.length() - 1));
            }
        }
        assertThat(rig.rows("SELECT id, amount, name FROM stock ORDER BY id"))
                .hasToString("[[1, 10, a], [2, 20, b's], [3, 30, null]]");
        show();
        assertThat(lines).contains("row 2 is back already", "row 3 is back already", "row 4 is back already");
    }

    @Test
    void a_row_changed_by_somebody_else_is_shown_with_all_three_values() throws SQLException {
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 2");
        assertThat(show()).isEqualTo(1);
        assertThat(lines)
                .contains(
                        "-- DIRTY: row 2 of PUBLIC.STOCK",
                        "--   AMOUNT: before 20, left by the branch 21, now 99",
                        "A rollback stops at the rows marked DIRTY.");
    }

    @Test
    void the_list_tells_what_waits_for_a_human() throws SQLException {
        assertThat(run("list")).isZero();
        assertThat(lines)
                .contains("undo log  xid " + xid + "  branch " + branchId)
                .contains("1 rows");
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 2");
        rig.rm.branchRollback(BranchType.AT, xid, branchId, url.split(";")[0], null);
        assertThat(run("list", "--table", "undo_log")).isEqualTo(1);
        assertThat(lines).contains("branch " + branchId + "  DIRTY");
    }

    @Test
    void what_is_not_there_or_not_understood_is_said() {
        assertThat(run("show", xid, "1")).isZero();
        assertThat(lines).contains("No undo log of branch 1");
        assertThat(run("list", "--table", "nowhere")).isEqualTo(2);
        assertThat(lines).containsIgnoringCase("nowhere");
        assertThat(run()).isEqualTo(2);
        assertThat(lines).contains("Changes nothing");
        assertThat(run("show", xid, "x")).isEqualTo(2);
    }
}
