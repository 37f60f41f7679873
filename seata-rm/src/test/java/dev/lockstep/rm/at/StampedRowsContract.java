package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.memory.TransactionView;
import io.seata.core.model.BranchStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that a trigger stamps or counts with each change: the undo of a change is a change as well. */
abstract class StampedRowsContract {

    private final Rigs rigs;
    private Rig rig;

    StampedRowsContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** Has {@code version} of {@code orders} raised by one with each UPDATE. */
    abstract String[] triggerThatCounts();

    /** Gives each row that is inserted into {@code orders} a key that is greater by 1000. */
    abstract String[] triggerThatChangesKeys();

    @BeforeEach
    void make_orders() throws SQLException {
        rig = rigs.open();
        rig.plain(
                "CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(9), amount INT, version INT)",
                "INSERT INTO orders VALUES (1, 'NEW', 10, 1), (2, 'NEW', 20, 1)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private List<List<@Nullable String>> orders() throws SQLException {
        return rig.rows("SELECT id, status, amount FROM orders ORDER BY id");
    }

    private void assertUndone(Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = orders();
        rig.rolledBack(() -> {
            work.run();
            assertThat(orders()).isNotEqualTo(before);
        });
        assertThat(orders()).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
    }

    @Test
    void two_changes_of_a_row_in_one_local_transaction_are_undone() throws Exception {
        rig.plain(triggerThatCounts());
        assertUndone(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE orders SET status = 'PAID' WHERE id = 1");
                Rig.update(connection, "UPDATE orders SET status = 'SENT', amount = amount - 1");
                Rig.update(connection, "UPDATE orders SET amount = amount * 2");
                connection.commit();
            }
        });
    }

    @Test
    void changes_of_a_row_by_several_branches_are_undone() throws Exception {
        rig.plain(triggerThatCounts());
        assertUndone(() -> {
            rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1");
            rig.update("UPDATE orders SET amount = 3 WHERE id = 2");
            rig.update("UPDATE orders SET status = 'SENT' WHERE id = 1");
            rig.update("UPDATE orders SET amount = amount - 1");
        });
    }

    @Test
    void a_row_that_comes_or_goes_after_it_was_changed_is_undone() throws Exception {
        rig.plain(triggerThatCounts());
        assertUndone(() -> {
            rig.update("INSERT INTO orders VALUES (3, 'NEW', 30, 1)");
            rig.update("UPDATE orders SET status = 'PAID' WHERE id = 3");
            rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1");
            rig.update("DELETE FROM orders WHERE id = 1");
        });
    }

    @Test
    void branches_that_are_asked_for_in_the_order_of_their_registration_are_undone() throws Exception {
        rig.plain(triggerThatCounts());
        List<List<@Nullable String>> before = orders();
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1"),
                () -> rig.update("UPDATE orders SET status = 'SENT' WHERE id = 1"),
                () -> rig.update("UPDATE orders SET status = 'BACK' WHERE id = 1"));

        for (int branch = 0; branch < 3; branch++) {
            assertThat(rig.rollBack(open, branch)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }

        assertThat(orders()).isEqualTo(before);
    }

    @Test
    void a_branch_that_was_taken_back_with_a_later_one_answers_for_itself() throws Exception {
        rig.plain(triggerThatCounts());
        List<List<@Nullable String>> before = orders();
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1"),
                () -> rig.update("UPDATE orders SET status = 'SENT' WHERE id = 1"));

        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(orders()).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rollBack(open, 0)).as("asked again").isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(orders()).isEqualTo(before);
    }

    @Test
    void a_stranger_s_change_is_a_dirty_write_all_the_same() throws Exception {
        rig.plain(triggerThatCounts());
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1"),
                () -> rig.update("UPDATE orders SET status = 'SENT' WHERE id = 1"));
        rig.plain("UPDATE orders SET amount = 99 WHERE id = 1");
        List<List<@Nullable String>> left = orders();

        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);

        assertThat(orders()).isEqualTo(left);
        assertThat(rig.undoLogs()).isEqualTo(2);
    }

    @Test
    void a_stranger_s_change_between_two_branches_stops_the_rollback_of_the_earlier_one() throws Exception {
        rig.plain(triggerThatCounts());
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE orders SET status = 'PAID' WHERE id = 1"),
                () -> rig.plain("UPDATE orders SET amount = 99 WHERE id = 1"),
                () -> rig.update("UPDATE orders SET status = 'SENT' WHERE id = 1"));

        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rows("SELECT status, amount FROM orders WHERE id = 1")).containsExactly(List.of("PAID", "99"));
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
        assertThat(rig.rows("SELECT status, amount FROM orders WHERE id = 1")).containsExactly(List.of("PAID", "99"));
    }

    @Test
    void a_row_that_comes_back_under_another_key_is_not_told_as_rolled_back() throws Exception {
        rig.plain(triggerThatChangesKeys());
        TransactionView open = rig.leftOpen(() -> rig.update("DELETE FROM orders WHERE id = 1"));

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);

        assertThat(orders()).hasSize(1);
        assertThat(rig.undoLogs()).isEqualTo(1);
    }
}
