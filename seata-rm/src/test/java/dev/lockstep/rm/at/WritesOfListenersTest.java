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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners that are told of a branch while it is committed, and write on its very connection. */
final class WritesOfListenersTest {

    enum Told {
        BEGINS,
        REGISTERED,
        UNDO_LOG_WRITTEN
    }

    private final Writer writer = new Writer();
    private Rig rig;

    /** Writes at one step, on the connection that the test has open. */
    private static final class Writer implements BranchListener, BranchProgress {

        private @Nullable Told when;
        private @Nullable Connection connection;
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
                refusal = catchThrowable(() -> Rig.update(open, "UPDATE stock SET amount = 0 WHERE id = 2"));
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
