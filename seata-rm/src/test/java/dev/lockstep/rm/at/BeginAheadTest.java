package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.testing.memory.CoordinatorCall;
import dev.lockstep.testing.memory.CoordinatorEvent;
import dev.lockstep.testing.memory.CoordinatorEvent.Kind;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionException;
import dev.lockstep.tm.Propagation;
import dev.lockstep.tm.TcUnavailableException;
import io.seata.core.exception.TransactionExceptionCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A global transaction begins while its first write runs, and what becomes of that begin when things go otherwise. */
final class BeginAheadTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = Rig.lazy(
                "",
                ResourceManagerOptions.builder()
                        .uncapturedTables(Set.of("notes"))
                        .build());
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO stock VALUES (1, 10), (2, 20)",
                "CREATE TABLE notes (id INT PRIMARY KEY)");
    }

    @AfterEach
    void close() throws SQLException {
        await().untilAsserted(() -> assertThat(rig.tc.transactions()).isEmpty());
        assertThat(rig.tc.locks()).isEmpty();
        rig.close();
    }

    @Test
    void the_begin_reaches_the_tc_before_the_write_reaches_the_database() throws Exception {
        rig.raw.beforeStatement(
                "UPDATE",
                1,
                () -> await().untilAsserted(() -> assertThat(kinds()).containsExactly(Kind.BEGUN)));

        rig.committed(() -> {
            rig.update("UPDATE stock SET amount = 1 WHERE id = 1");
            assertThat(kinds()).containsExactly(Kind.BEGUN, Kind.BRANCH_REGISTERED);
        });

        assertThat(amounts()).containsExactly(1L, 20L);
    }

    @Test
    void what_only_reads_or_is_not_captured_sends_nothing() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    var statement = connection.createStatement()) {
                statement.executeQuery("SELECT * FROM stock").close();
                statement
                        .executeQuery("SELECT * FROM stock WHERE id = 99 FOR UPDATE")
                        .close();
                statement.executeUpdate("INSERT INTO notes VALUES (1)");
            }
        });

        assertThat(rig.tc.events()).isEmpty();
    }

    @Test
    void a_write_that_finds_no_row_leaves_nothing_at_the_tc_and_needs_none() throws Exception {
        rig.committed(() -> assertThat(rig.update("UPDATE stock SET amount = 1 WHERE id = 99"))
                .isZero());
        await().untilAsserted(() -> assertThat(kinds()).containsExactly(Kind.BEGUN, Kind.ROLLBACK_DECIDED, Kind.ENDED));

        rig.tc.faults().setReachable(false);
        rig.committed(() -> assertThat(rig.update("UPDATE stock SET amount = 1 WHERE id = 99"))
                .isZero());
        rig.tc.faults().clear();
    }

    @Test
    void a_write_that_fails_or_is_rolled_back_leaves_nothing_at_the_tc() throws Exception {
        assertThatThrownBy(() -> rig.template.execute(BUY, () -> rig.update("INSERT INTO stock VALUES (1, 1)")))
                .isInstanceOf(SQLException.class)
                .hasNoSuppressedExceptions();
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                connection.rollback();
            }
            assertThat(GlobalScope.current().xidIfBegun()).isNull();
        });

        assertThat(amounts()).containsExactly(10L, 20L);
        await().untilAsserted(
                        () -> assertThat(kinds()).filteredOn(Kind.ENDED::equals).hasSize(2));
        assertThat(kinds()).doesNotContain(Kind.BRANCH_REGISTERED);
    }

    @Test
    void a_begin_that_fails_lets_nothing_be_committed_and_is_told_as_that() throws Exception {
        for (Runnable fault : List.<Runnable>of(
                () -> rig.tc.faults().loseRequest(CoordinatorCall.BEGIN),
                () -> rig.tc.faults().refuse(CoordinatorCall.BEGIN, TransactionExceptionCode.BeginFailed, null),
                // Ahead, and when the xid is needed: what was not sent is asked for once more then.
                () -> {
                    rig.tc.faults().makeUnreachable(CoordinatorCall.BEGIN);
                    rig.tc.faults().makeUnreachable(CoordinatorCall.BEGIN);
                })) {
            fault.run();
            assertThatThrownBy(() -> rig.template.execute(BUY, () -> {
                        Throwable told = catchThrowable(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
                        assertThat(told)
                                .isInstanceOf(BranchNotCommittedException.class)
                                .hasMessageContaining("Branch not registered: Global transaction 'buy' was not begun")
                                .hasCauseInstanceOf(TcUnavailableException.class);
                        throw told;
                    }))
                    .isInstanceOf(TcUnavailableException.class);
        }

        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(kinds()).doesNotContain(Kind.BRANCH_REGISTERED);
    }

    @Test
    void a_registration_that_is_lost_behind_its_begin_forbids_the_commit() throws Exception {
        rig.tc.faults().loseAnswer(CoordinatorCall.BRANCH_REGISTER);

        assertThatThrownBy(() -> rig.template.execute(BUY, () -> {
                    assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"))
                            .isInstanceOf(BranchNotCommittedException.class)
                            .hasMessageContaining("Whether the TC knows the branch is open");
                    return null;
                }))
                .isInstanceOf(GlobalTransactionException.class)
                .hasMessageContaining("did not answer a branch registration");
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void a_row_that_another_transaction_holds_is_waited_for_behind_a_begin_as_behind_any() throws Exception {
        rig.tc.faults().refuse(CoordinatorCall.BRANCH_REGISTER, TransactionExceptionCode.LockKeyConflict, null);

        rig.committed(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));

        assertThat(amounts()).containsExactly(1L, 20L);
    }

    @Test
    void a_transaction_of_its_own_between_a_write_and_its_commit_ends_by_itself() throws Exception {
        var alone = GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);
        assertThatThrownBy(() -> rig.template.execute(BUY, () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                        rig.template.execute(alone, () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 2"));
                        connection.commit();
                    }
                    throw new Rig.Oops();
                }))
                .isInstanceOf(Rig.Oops.class)
                .hasNoSuppressedExceptions();

        assertThat(amounts()).containsExactly(10L, 2L);
    }

    private List<Kind> kinds() {
        return rig.tc.events().stream().map(CoordinatorEvent::kind).toList();
    }

    private List<Long> amounts() throws SQLException {
        return List.of(
                rig.number("SELECT amount FROM stock WHERE id = 1"),
                rig.number("SELECT amount FROM stock WHERE id = 2"));
    }
}
