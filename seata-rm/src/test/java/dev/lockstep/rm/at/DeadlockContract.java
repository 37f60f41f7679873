package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A database that rolls a whole local transaction back when one statement of it fails: no undo log may tell of changes that
 * are gone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeadlockContract {

    private static final ResourceManagerOptions OPTIONS =
            ResourceManagerOptions.builder().uncapturedTables(Set.of("note")).build();

    private @Nullable Rig opened;

    /** The application under test, its database holding undo_log. */
    abstract Rig open(ResourceManagerOptions options) throws SQLException;

    /** Query for how many sessions wait for a lock. */
    abstract String waiting();

    /** Statements that wait for row 2 of stock, or for row 1 of note. */
    List<String> victims() {
        return List.of(
                "SELECT * FROM stock WHERE id = 2 FOR UPDATE",
                "UPDATE stock SET amount = 22 WHERE id = 2",
                "UPDATE note SET amount = 22 WHERE id = 1");
    }

    @BeforeEach
    void open() throws SQLException {
        Rig rig = open(OPTIONS);
        opened = rig;
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "CREATE TABLE note (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)",
                "INSERT INTO note VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)");
    }

    @AfterEach
    void close() throws SQLException {
        rig().close();
    }

    final Rig rig() {
        Rig rig = opened;
        if (rig == null) {
            throw new IllegalStateException("open() comes first");
        }
        return rig;
    }

    @ParameterizedTest
    @MethodSource("victims")
    void after_a_deadlock_nothing_of_the_local_transaction_can_be_committed(String victim) throws Exception {
        Rig rig = rig();
        rig.rolledBack(() -> {
            try (Opponent opponent = new Opponent();
                    Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");

                opponent.meet(connection, victim);

                assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 33 WHERE id = 3"))
                        .hasMessageContaining("can only be rolled back");
                assertThatThrownBy(connection::commit).isInstanceOf(BranchNotCommittedException.class);
                assertThat(rig.undoLogs()).isZero();
                assertThat(rig.tc.transactions().get(0).branches()).isEmpty();

                Rig.update(connection, "UPDATE stock SET amount = 33 WHERE id = 3");
                connection.commit();
                assertThat(rig.undoLogs()).isEqualTo(1);
            }
        });
        assertThat(rig.rows("SELECT amount FROM stock ORDER BY id")).hasToString("[[12], [21], [30]]");
    }

    /** Somebody outside who holds what a victim wants, began earlier and has more to lose, so that he is not the victim. */
    final class Opponent implements AutoCloseable {
        private final Connection connection = rig().raw.getConnection();
        private final Statement statement = connection.createStatement();

        Opponent() throws SQLException {
            connection.setAutoCommit(false);
            statement.executeUpdate("UPDATE stock SET amount = 21 WHERE id = 2");
            statement.executeUpdate("UPDATE note SET amount = amount + 1");
        }

        /** Comes to want row 1 of stock, which the victim's connection holds, and gets it. */
        void meet(Connection victims, String victim) throws Exception {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                await().until(() -> rig().number(waiting()) > 0);
                try {
                    statement.executeUpdate("UPDATE stock SET amount = 12 WHERE id = 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> run(victims, victim))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            closing.get(30, TimeUnit.SECONDS);
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
