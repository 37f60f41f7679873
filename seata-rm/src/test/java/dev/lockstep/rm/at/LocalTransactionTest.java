package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.tm.GlobalLockScope;
import io.seata.core.context.RootContext;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalTransactionTest {

    private static final String RESOURCE = "jdbc:any";

    /** Nothing is asked of it. */
    private static final Connection UNUSED = (Connection) Proxy.newProxyInstance(
            LocalTransactionTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, given) -> {
                throw new AssertionError(method);
            });

    private final LocalTransaction transaction = new LocalTransaction(new CommitByMode(UNUSED), UNUSED);

    @AfterEach
    void unbind() {
        RootContext.unbind();
    }

    private static void workFor(int global) {
        RootContext.bind("127.0.0.1:8091:" + global);
    }

    @Test
    void it_is_bound_by_the_first_that_joins_and_stays_so_until_it_ends() throws SQLException {
        assertThat(transaction.isInside()).isFalse();
        workFor(1);
        BranchContext joined = transaction.join(RESOURCE);
        RootContext.unbind();

        assertThat(transaction.isInside()).isTrue();
        assertThat(transaction.join(RESOURCE)).isSameAs(joined);
        assertThat(joined.scope().forBranches().unfinished()).containsExactly(joined);

        transaction.end();
        assertThat(transaction.isInside()).isFalse();
        assertThat(joined.scope().forBranches().unfinished()).isEmpty();
    }

    @Test
    void it_joins_no_second_global_transaction() throws SQLException {
        workFor(1);
        transaction.join(RESOURCE);
        RootContext.unbind();
        workFor(2);

        assertThatThrownBy(() -> transaction.join(RESOURCE))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("End the local transaction first");
    }

    @Test
    void it_joins_none_after_it_wrote_unbound() {
        transaction.wrote();
        workFor(1);

        assertThatThrownBy(() -> transaction.join(RESOURCE))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("already changed rows outside the global transaction");

        transaction.begin();
        assertThat(transaction.branch()).isNull();
    }

    @Test
    void under_global_locks_alone_it_stays_outside() throws SQLException {
        GlobalLockScope.<Void, SQLException>execute(null, () -> {
            assertThat(transaction.join(RESOURCE).isOutside()).isTrue();
            return null;
        });
        workFor(1);

        assertThatThrownBy(() -> transaction.join(RESOURCE)).isInstanceOf(SQLException.class);
    }

    @Test
    void one_that_is_doomed_takes_no_more_writes_and_says_why() throws SQLException {
        workFor(1);
        transaction.join(RESOURCE).doom(new IllegalStateException("the reason"));

        assertThatThrownBy(() -> transaction.join(RESOURCE))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the reason");
    }

    @Test
    void a_statement_is_the_first_only_if_nothing_can_have_run_before() throws SQLException {
        transaction.runsInside();
        assertThat(transaction.runsFirst()).as("who knows what ran before").isFalse();

        transaction.begin();
        assertThat(transaction.hasRun()).isFalse();
        transaction.runsInside();
        assertThat(transaction.runsFirst()).isTrue();
        assertThat(transaction.runsFirst()).isFalse();

        transaction.begin();
        transaction.runsInside();
        transaction.runsInside();
        assertThat(transaction.runsFirst()).isFalse();

        transaction.expose();
        transaction.begin();
        transaction.runsInside();
        assertThat(transaction.runsFirst()).as("the user has the driver's own").isFalse();

        transaction.beginHere();
        assertThat(transaction.runsFirst()).isTrue();
    }

    @Test
    void a_savepoint_brings_back_what_was_known() throws SQLException {
        Savepoint savepoint = transaction.marked(new Point(), null);
        transaction.wrote();
        transaction.rolledBackTo(savepoint);
        workFor(1);

        assertThat(transaction.join(RESOURCE).isOutside()).isFalse();
    }

    @Test
    void a_savepoint_that_it_does_not_know_is_refused_once_it_is_bound() throws SQLException {
        Savepoint released = transaction.marked(new Point(), null);
        transaction.released(released);
        transaction.requireKnown(released);
        workFor(1);
        transaction.join(RESOURCE);

        assertThatThrownBy(() -> transaction.requireKnown(released)).isInstanceOf(SQLException.class);
        transaction.requireKnown(transaction.marked(new Point(), null));
    }

    @ParameterizedTest
    @CsvSource({
        "retry, retry, false",
        "retry, RETRY, false",
        "retry, 'retry ', false",
        "retry, rétry, false",
        "retry, retry2, true",
    })
    void a_savepoint_whose_name_a_later_one_takes_cannot_be_come_back_to(String earlier, String later, boolean known)
            throws SQLException {
        Savepoint first = transaction.marked(new Point(), earlier);
        Savepoint unnamed = transaction.marked(new Point(), null);
        Savepoint second = transaction.marked(new Point(), later);
        workFor(1);
        transaction.join(RESOURCE);

        transaction.requireKnown(unnamed);
        transaction.requireKnown(second);
        if (known) {
            transaction.requireKnown(first);
        } else {
            assertThatThrownBy(() -> transaction.requireKnown(first))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("3B001"))
                    .hasMessageContaining("a later one has taken its name");
        }
    }

    private static final class Point implements Savepoint {
        @Override
        public int getSavepointId() {
            return 1;
        }

        @Override
        public String getSavepointName() {
            return "point";
        }
    }
}
