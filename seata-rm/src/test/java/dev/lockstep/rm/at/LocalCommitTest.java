package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.rm.failure.CommitOutcomeUnknownException;
import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.rm.failure.UndoLogNotWrittenException;
import dev.lockstep.testing.memory.CoordinatorCall;
import dev.lockstep.testing.memory.CoordinatorEvent;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The four steps of a local commit, and what each failure leaves. */
final class LocalCommitTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        open(ResourceManagerOptions.builder()
                .lostCommitLimit(Duration.ofMillis(300))
                .build());
    }

    private void open(ResourceManagerOptions options) throws SQLException {
        rig = new Rig("", options);
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10), (2, 20)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    // ---- register

    @Test
    void the_branch_is_registered_before_undo_log_and_commit() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                rig.raw.executed().clear();
                rig.raw.onNextCommit(real -> {
                    assertThat(branches()).isEqualTo(1);
                    real.commit();
                });
                connection.commit();
                assertThat(rig.raw.executed()).hasSize(2).last().isEqualTo("commit");
                assertThat(rig.raw.executed()).first().asString().startsWith("INSERT INTO");
            }
        });
    }

    @Test
    void a_refused_registration_rolls_the_local_transaction_back() throws Exception {
        rig.committed(() -> {
            rig.tc.faults().refuse(CoordinatorCall.BRANCH_REGISTER, TransactionExceptionCode.FailedStore, null);
            assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                    .isInstanceOfSatisfying(BranchNotCommittedException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("40000");
                        assertThat(e.getMessage()).contains(e.xid(), "was rolled back");
                    });
            rig.tc.faults().makeUnreachable(CoordinatorCall.BRANCH_REGISTER);
            assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                    .isInstanceOf(BranchNotCommittedException.class);
            rig.update("UPDATE stock SET amount = 2 WHERE id = 2");
        });
        assertThat(amounts()).containsExactly(10L, 2L);
    }

    @Test
    void a_lost_answer_to_the_registration_forbids_the_global_commit() throws Exception {
        for (boolean executed : new boolean[] {true, false}) {
            assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("lost"), () -> {
                        if (executed) {
                            rig.tc.faults().loseAnswer(CoordinatorCall.BRANCH_REGISTER);
                        } else {
                            rig.tc.faults().loseRequest(CoordinatorCall.BRANCH_REGISTER);
                        }
                        assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                                .isInstanceOf(BranchNotCommittedException.class);
                        return null;
                    }))
                    .isInstanceOf(GlobalTransactionException.class)
                    .hasMessageContaining("did not answer a branch registration");
            await().until(() -> rig.tc.transactions().isEmpty());
        }
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.tc.locks()).isEmpty();
    }

    // ---- locks

    @Test
    void rows_held_by_another_global_transaction_are_refused_with_a_transient_state() throws Exception {
        rig.close();
        // So that the default number of tries is what ends the wait, however long this process is not run meanwhile.
        open(ResourceManagerOptions.builder()
                .lockRetryLimit(Duration.ofMinutes(1))
                .build());
        for (boolean autoCommit : new boolean[] {true, false}) {
            rig.committed(() -> {
                rig.update("UPDATE stock SET amount = amount + 1 WHERE id = 1");
                inAnotherThread(() -> rig.committed(() -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(autoCommit);
                        assertThatThrownBy(() -> {
                                    Rig.update(connection, "UPDATE stock SET amount = 0 WHERE id = 1");
                                    connection.commit();
                                })
                                .isInstanceOfSatisfying(GlobalLockConflictException.class, e -> {
                                    assertThat(e.getSQLState()).isEqualTo("40001");
                                    assertThat(e.lockKeys()).isEqualTo("STOCK:1");
                                    assertThat(e.resourceId()).isEqualTo(rig.resourceId);
                                    assertThat(e.getMessage()).contains(e.xid(), "after 31 tries");
                                });
                    }
                }));
            });
        }
        assertThat(amounts()).containsExactly(12L, 20L);
    }

    @Test
    void an_autocommit_statement_waits_without_local_locks_and_runs_again() throws Exception {
        rig.close();
        open(ResourceManagerOptions.builder()
                .lockRetryTimes(1000)
                .lockRetryLimit(Duration.ofSeconds(20))
                .build());
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Void> other = new CompletableFuture<>();
        rig.rolledBack(() -> {
            rig.update("UPDATE stock SET amount = 11 WHERE id = 1");
            CompletableFuture.runAsync(() -> {
                try {
                    rig.committed(() -> {
                        waiting.countDown();
                        rig.update("UPDATE stock SET amount = amount + 100 WHERE id = 1");
                    });
                    other.complete(null);
                } catch (Exception | AssertionError e) {
                    other.completeExceptionally(e);
                }
            });
            waiting.await(10, TimeUnit.SECONDS);
            await().until(() ->
                    rig.tc.events().stream().anyMatch(event -> event.kind() == CoordinatorEvent.Kind.BRANCH_REFUSED));
        });
        other.get(20, TimeUnit.SECONDS);
        // The rollback could take the row back while the other waited, and the other then saw the old value.
        assertThat(amounts()).containsExactly(110L, 20L);
    }

    @Test
    void who_waits_for_a_global_transaction_of_this_process_goes_on_as_soon_as_it_has_ended() throws Exception {
        rig.close();
        open(ResourceManagerOptions.builder()
                .lockRetryInterval(Duration.ofMinutes(2))
                .lockRetryTimes(10)
                .lockRetryLimit(Duration.ofMinutes(10))
                .build());
        for (boolean autoCommit : new boolean[] {true, false}) {
            CompletableFuture<Void> other = new CompletableFuture<>();
            long refused = refusals();
            rig.committed(() -> {
                rig.update("UPDATE stock SET amount = 11 WHERE id = 1");
                CompletableFuture.runAsync(() -> {
                    try {
                        rig.committed(() -> {
                            try (Connection connection = rig.managed.getConnection()) {
                                connection.setAutoCommit(autoCommit);
                                Rig.update(connection, "UPDATE stock SET amount = amount + 100 WHERE id = 1");
                                if (!autoCommit) {
                                    connection.commit();
                                }
                            }
                        });
                        other.complete(null);
                    } catch (Exception | AssertionError e) {
                        other.completeExceptionally(e);
                    }
                });
                await().until(() -> refusals() > refused);
            });
            other.get(30, TimeUnit.SECONDS);
            assertThat(amounts()).containsExactly(111L, 20L);
        }
    }

    private long refusals() {
        return rig.tc.events().stream()
                .filter(event -> event.kind() == CoordinatorEvent.Kind.BRANCH_REFUSED)
                .count();
    }

    @Test
    void a_branch_that_conflicts_with_its_own_global_transaction_passes() throws Exception {
        rig.committed(() -> {
            rig.update("UPDATE stock SET amount = 1 WHERE id = 1");
            rig.update("UPDATE stock SET amount = 2 WHERE id = 1");
        });
        assertThat(amounts()).containsExactly(2L, 20L);
    }

    @Test
    void a_locking_read_of_rows_held_by_another_global_transaction_is_refused() throws Exception {
        rig.committed(() -> {
            rig.update("UPDATE stock SET amount = 5 WHERE id = 1");
            inAnotherThread(() -> rig.committed(() -> {
                for (boolean autoCommit : new boolean[] {true, false}) {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(autoCommit);
                        assertThatThrownBy(() -> connection
                                        .createStatement()
                                        .executeQuery("SELECT * FROM stock WHERE id = 1 FOR UPDATE"))
                                .isInstanceOf(GlobalLockConflictException.class);
                        assertThat(connection
                                        .createStatement()
                                        .executeQuery("SELECT * FROM stock WHERE id = 2 FOR UPDATE")
                                        .next())
                                .isTrue();
                        connection.rollback();
                    }
                }
            }));
        });
    }

    @Test
    void waiting_inside_a_users_transaction_tells_the_tc_so_only_with_one_key() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                connection.commit();
                Rig.update(connection, "UPDATE stock SET amount = 1");
                connection.commit();
            }
            rig.update("UPDATE stock SET amount = 2 WHERE id = 1");
            assertThat(rig.tc.transactions().get(0).branches())
                    .extracting(branch -> branch.applicationData())
                    .containsExactly("{\"autoCommit\":false}", null, null);
        });
    }

    // ---- undo log and commit

    @Test
    void a_local_transaction_whose_branch_was_rolled_back_meanwhile_cannot_commit() throws Exception {
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("late"), () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                        rig.raw.executed().clear();
                        TransactionView[] seen = new TransactionView[1];
                        rig.raw.onNextCommit(real -> {
                            throw new AssertionError("the undo log must not be written");
                        });
                        placeMarkerAtRegistration(seen);
                        assertThatThrownBy(connection::commit)
                                .isInstanceOf(BranchNotCommittedException.class)
                                .hasMessageContaining("was rolled back while this local transaction was at work");
                    }
                    throw new IllegalStateException("end");
                }))
                .hasMessage("end");
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs()).isZero();
    }

    /** Stands in for a rollback that overtakes phase one: a marker for the branch id that is given next. */
    @Test
    void a_missing_undo_log_table_is_lasting_trouble_that_says_where_the_script_lies() throws Exception {
        rig.plain("ALTER TABLE undo_log RENAME TO undo_log_elsewhere");
        try {
            rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                    .isInstanceOf(UndoLogNotWrittenException.class)
                    .isInstanceOf(SQLNonTransientException.class)
                    .hasMessageContaining("dev/lockstep/rm/undo_log"));
        } finally {
            rig.plain("ALTER TABLE undo_log_elsewhere RENAME TO undo_log");
        }
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    private void placeMarkerAtRegistration(TransactionView[] seen) throws SQLException {
        seen[0] = rig.tc.transactions().get(0);
        // Branch ids of the coordinator in memory are counted up; markers for the next few cover the one to come.
        long from = Long.parseLong(seen[0].xid().substring(seen[0].xid().lastIndexOf(':') + 1));
        for (long id = from; id < from + 20; id++) {
            rig.plain("INSERT INTO undo_log VALUES (" + id + ", '" + seen[0].xid()
                    + "', 'c', X'7b7d', 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)");
        }
    }

    /** The report is waited for in vain where its thread gets no time; it comes all the same. */
    private void reportedAsFailed() {
        await().untilAsserted(() -> assertThat(rig.tc.transactions().get(0).branches())
                .singleElement()
                .satisfies(branch -> assertThat(branch.status()).isEqualTo(BranchStatus.PhaseOne_Failed)));
    }

    @Test
    void a_commit_that_has_provably_failed_is_reported_and_rolled_back() throws Exception {
        rig.committed(() -> {
            rig.raw.onNextCommit(real -> {
                throw new SQLException("deferred constraint", "23514");
            });
            assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("deferred constraint");
            reportedAsFailed();
        });
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @Test
    void a_commit_whose_answer_is_lost_is_found_committed() throws Exception {
        rig.rolledBack(() -> {
            rig.raw.onNextCommit(real -> {
                real.commit();
                throw new SQLException("connection reset", "08006");
            });
            assertThat(rig.update("UPDATE stock SET amount = 1 WHERE id = 1")).isEqualTo(1);
            assertThat(amounts()).containsExactly(1L, 20L);
        });
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs()).isZero();
    }

    @Test
    void a_commit_that_is_found_committed_leaves_nothing_unfinished() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                rig.raw.onNextCommit(real -> {
                    real.commit();
                    throw new SQLException("connection reset", "08006");
                });
                rig.raw.onNextRollback(real -> {
                    throw new SQLException("connection is closed", "08003");
                });
                connection.commit();
                assertThat(GlobalScope.current().forBranches().unfinished()).isEmpty();
            }
        });
        assertThat(amounts()).containsExactly(1L, 20L);
    }

    @Test
    void writes_after_a_rollback_that_failed_are_refused_and_not_lost() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                // The first undoes the statement, the second the local transaction.
                rig.raw.onNextRollback(real -> {
                    rig.raw.onNextRollback(again -> {
                        throw new SQLException("no answer", "58000");
                    });
                    throw new SQLException("no answer", "58000");
                });
                assertThatThrownBy(() -> Rig.update(connection, "INSERT INTO stock VALUES (1, 1)"))
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> Rig.update(connection, "INSERT INTO stock VALUES (9, 9)"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("can only be rolled back");
                connection.rollback();
                connection.setAutoCommit(true);
                assertThat(Rig.update(connection, "INSERT INTO stock VALUES (9, 9)"))
                        .isEqualTo(1);
                assertThat(rig.undoLogs()).isEqualTo(1);
            }
        });
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void a_commit_that_never_arrived_is_found_failed_and_can_never_come_late() throws Exception {
        rig.committed(() -> {
            rig.raw.onNextCommit(real -> {
                real.close();
                throw new SQLException("connection reset", "08006");
            });
            assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                    .isInstanceOf(BranchNotCommittedException.class)
                    .hasMessageContaining("was not and will not be committed");
            assertThat(rig.markers()).isEqualTo(1);
            reportedAsFailed();
        });
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void a_commit_that_is_still_under_way_is_unknown_and_forbids_the_global_commit() throws Exception {
        Connection[] old = new Connection[1];
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("unknown"), () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                        rig.raw.onNextCommit(real -> {
                            old[0] = real;
                            throw new SQLException("no answer", "08006");
                        });
                        rig.raw.onNextRollback(real -> {
                            throw new SQLException("no answer", "08006");
                        });
                        assertThatThrownBy(connection::commit)
                                .isInstanceOfSatisfying(CommitOutcomeUnknownException.class, e -> {
                                    assertThat(e.getSQLState()).isEqualTo("08007");
                                    assertThat(e.getMessage()).contains(e.xid());
                                });
                        assertThat(rig.tc.transactions().get(0).branches())
                                .singleElement()
                                .satisfies(branch -> assertThat(branch.status()).isEqualTo(BranchStatus.Registered));
                        // The old session answers the database at last.
                        old[0].commit();
                    }
                    return null;
                }))
                .isInstanceOf(GlobalTransactionException.class)
                .hasMessageContaining("nobody knows whether branch");
        await().until(() -> rig.tc.transactions().isEmpty());
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    // ---- report

    @Test
    void success_is_reported_only_if_wanted() throws Exception {
        rig.committed(() -> {
            rig.update("UPDATE stock SET amount = 1 WHERE id = 1");
            assertThat(rig.tc.transactions().get(0).branches().get(0).status()).isEqualTo(BranchStatus.Registered);
        });
        rig.close();
        open(ResourceManagerOptions.builder().reportSuccess(true).build());
        rig.committed(() -> {
            rig.tc.faults().loseAnswer(CoordinatorCall.BRANCH_REPORT);
            rig.update("UPDATE stock SET amount = 1 WHERE id = 1");
            assertThat(rig.tc.transactions().get(0).branches().get(0).status()).isEqualTo(BranchStatus.PhaseOne_Done);
        });
    }

    // ---- helpers

    private static void inAnotherThread(Rig.Work work) throws Exception {
        try {
            CompletableFuture.runAsync(() -> {
                        try {
                            work.run();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private int branches() {
        return rig.tc.transactions().get(0).branches().size();
    }

    private List<Long> amounts() throws SQLException {
        return List.of(
                rig.number("SELECT amount FROM stock WHERE id = 1"),
                rig.number("SELECT amount FROM stock WHERE id = 2"));
    }
}
