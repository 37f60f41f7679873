package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners that are told of a branch while it is committed, and write on its very connection or end what is open there. */
final class WritesOfListenersTest {

    enum Told {
        BEGINS,
        REGISTERED,
        UNDO_LOG_WRITTEN
    }

    /** What ends a local transaction, or a part of it, between the undo log and the commit of its rows. */
    enum Ends {
        COMMIT(Connection::commit),
        ROLLBACK(Connection::rollback),
        BACK_TO_A_SAVEPOINT(null),
        AUTOCOMMIT(connection -> connection.setAutoCommit(true)),
        MODE_AS_IT_IS(connection -> connection.setAutoCommit(false));

        private final @Nullable Act act;

        Ends(@Nullable Act act) {
            this.act = act;
        }

        Act on(Savepoint savepoint) {
            return act == null ? connection -> connection.rollback(savepoint) : act;
        }
    }

    private interface Act {
        void on(Connection connection) throws SQLException;
    }

    private final Writer writer = new Writer();
    private Rig rig;

    /** Writes at one step, or does what the test says, on the connection that it has open. */
    private static final class Writer implements BranchListener, BranchProgress {

        private @Nullable Told when;
        private @Nullable Connection connection;
        private Act act = connection -> Rig.update(connection, "UPDATE stock SET amount = 0 WHERE id = 2");
        private @Nullable Throwable refusal;

        @Override
        public BranchProgress branchBegins(String resourceId) {
            told(Told.BEGINS);
            return this;
        }

        @Override
        public void registered(String xid, long branchId, String lockKeys) {
            told(Told.REGISTERED);
        }

        @Override
        public void undoLogWritten(int rows, int bytes) {
            told(Told.UNDO_LOG_WRITTEN);
        }

        private void told(Told step) {
            Connection open = connection;
            if (step == when && open != null) {
                // Once only: what it does may tell of a commit again.
                connection = null;
                refusal = catchThrowable(() -> act.on(open));
            }
        }
    }

    @BeforeEach
    void open() throws SQLException {
        rig = Rig.lazy(
                "", ResourceManagerOptions.builder().branchListener(writer).build());
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10), (2, 20)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
        assertThat(rig.raw.openConnections()).isZero();
    }

    private void takeOne(Connection connection) throws SQLException {
        writer.connection = connection;
        connection.setAutoCommit(false);
        Rig.update(connection, "UPDATE stock SET amount = 9 WHERE id = 1");
        connection.commit();
        writer.connection = null;
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void a_row_that_would_be_committed_without_lock_or_undo_log_is_refused(Told step) throws Exception {
        writer.when = step;

        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                takeOne(connection);
            }
        });

        assertThat(writer.refusal).isInstanceOf(SQLException.class).hasMessageContaining("is being committed");
        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 9], [2, 20]]");
    }

    @Test
    void the_next_local_transaction_of_the_connection_writes_again() throws Exception {
        writer.when = Told.REGISTERED;

        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                takeOne(connection);
                Rig.update(connection, "UPDATE stock SET amount = 19 WHERE id = 2");
                connection.commit();
            }
        });

        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 9], [2, 19]]");
    }

    static Stream<Arguments> eachEndAtEachStep() {
        return Stream.of(Ends.values()).flatMap(end -> Stream.of(Told.values()).map(step -> Arguments.of(end, step)));
    }

    @ParameterizedTest
    @MethodSource("eachEndAtEachStep")
    void what_is_being_committed_is_neither_ended_nor_taken_back_by_who_is_told_of_it(Ends end, Told step)
            throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                writer.act = end.on(connection.setSavepoint());
                writer.when = step;
                takeOne(connection);
            }
            assertThat(rig.tc.transactions().get(0).branches()).hasSize(1);
        });

        assertThat(writer.refusal).isInstanceOf(SQLException.class).hasMessageContaining("is being committed");
        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 9], [2, 20]]");
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void a_connection_that_is_closed_meanwhile_commits_nothing_and_says_so(Told step) throws SQLException {
        writer.act = Connection::close;
        writer.when = step;

        assertThatThrownBy(() -> rig.committed(() -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        takeOne(connection);
                    }
                }))
                .isInstanceOf(SQLException.class);

        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 10], [2, 20]]");
    }

    /** A lazy begin is told when the branch registers. */
    @Test
    void a_listener_told_of_the_begin_in_the_middle_of_a_commit_is_refused_and_has_it_rolled_back()
            throws SQLException {
        assertThatThrownBy(() -> rig.committed(() -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        GlobalScope.current().addListener(new TransactionListener() {
                            @Override
                            public void afterBegin(GlobalScope scope) {
                                try {
                                    Rig.update(connection, "UPDATE stock SET amount = 0 WHERE id = 2");
                                } catch (SQLException refusal) {
                                    throw new IllegalStateException(refusal);
                                }
                            }
                        });
                        takeOne(connection);
                    }
                }))
                .hasStackTraceContaining("is being committed");

        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 10], [2, 20]]");
    }
}
