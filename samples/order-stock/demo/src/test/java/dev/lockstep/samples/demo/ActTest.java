package dev.lockstep.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ActTest {

    private static final Snapshot FRESH = new Snapshot(10, List.of(), 1000, 0, 0, List.of());
    private static final Snapshot OPEN =
            new Snapshot(8, List.of("#1 open"), 1000, 1, 1, List.of("orders:1", "stock:bike"));
    private static final Snapshot ORDERED = new Snapshot(8, List.of("#1 600"), 400, 0, 0, List.of());

    @Test
    void a_committed_order_passes_as_a_commit() {
        assertThat(committed(OPEN, ORDERED)).isEmpty();
    }

    @Test
    void a_refused_order_without_a_trace_passes_as_a_rollback() {
        assertThat(rolledBack(OPEN, FRESH)).isEmpty();
    }

    @Test
    void an_undo_row_left_behind_is_told() {
        var left = new Snapshot(8, List.of("#1 600"), 400, 1, 0, List.of());

        assertThat(committed(OPEN, left))
                .containsExactly("undo rows of the order service in the end: expected 0, found 1");
    }

    @Test
    void a_global_lock_left_behind_is_told() {
        var left = new Snapshot(10, List.of(), 1000, 0, 0, List.of("stock:bike"));

        assertThat(rolledBack(OPEN, left)).containsExactly("global locks in the end: expected [], found [stock:bike]");
    }

    @Test
    void stock_that_was_not_put_back_is_told() {
        var notPutBack = new Snapshot(8, List.of(), 1000, 0, 0, List.of());

        assertThat(rolledBack(OPEN, notPutBack)).containsExactly("stock after the rollback: expected 10, found 8");
    }

    @Test
    void an_order_that_was_not_removed_is_told() {
        var notRemoved = new Snapshot(10, List.of("#1 open"), 1000, 0, 0, List.of());

        assertThat(rolledBack(OPEN, notRemoved))
                .containsExactly("orders after the rollback: expected [], found [#1 open]");
    }

    @Test
    void a_run_in_which_nothing_was_written_does_not_pass_as_a_rollback() {
        assertThat(rolledBack(FRESH, FRESH)).hasSize(5).allMatch(problem -> problem.contains("after phase one"));
    }

    @Test
    void an_unexpected_answer_is_told() {
        assertThat(new Act(2, 600, 500, FRESH, OPEN, FRESH).problemsOfRollback())
                .containsExactly("the order service answered: expected 409, found 500");
    }

    private static List<String> committed(Snapshot during, Snapshot after) {
        return new Act(2, 600, 201, FRESH, during, after).problemsOfCommit();
    }

    private static List<String> rolledBack(Snapshot during, Snapshot after) {
        return new Act(2, 600, 409, FRESH, during, after).problemsOfRollback();
    }
}
