package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.rm.policy.LockKeyForm;
import io.seata.core.model.BranchType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two global transactions meet at the TC exactly where they mean one row, whatever kind of key the row has. */
abstract class RowLockContract {

    private @Nullable Rig opened;

    private final Rigs rigs;

    RowLockContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** What the database needs to know before {@link #textInAnyCase} is used. */
    String preparation() {
        return "";
    }

    /** A type of texts that are equal when they differ in case; null where there is none. */
    abstract @Nullable String textInAnyCase();

    /** A type of texts that are equal when they are the same. */
    String exactText() {
        return "VARCHAR(20)";
    }

    /** A type of sixteen bytes. */
    String sixteenBytes() {
        return "BINARY(16)";
    }

    private Rig open(LockKeyForm form, String... statements) throws SQLException {
        Rig rig = rigs.open(ResourceManagerOptions.builder()
                .lockKeys(form)
                .lockRetryTimes(0)
                .build());
        opened = rig;
        if (!preparation().isEmpty()) {
            rig.plain(preparation());
        }
        rig.plain(statements);
        return rig;
    }

    @AfterEach
    void close() throws SQLException {
        if (opened != null) {
            opened.close();
        }
    }

    @Test
    void keys_that_differ_in_case_only_are_one_row_where_the_database_says_so() throws Exception {
        assumeTrue(textInAnyCase() != null, "This database knows no such type");
        Rig rig = open(
                LockKeyForm.BOTH,
                "CREATE TABLE word (id " + textInAnyCase() + " PRIMARY KEY, x INT)",
                "INSERT INTO word VALUES ('a', 1), ('b', 1)");
        assertUndone(rig, "word", () -> {
            rig.update("DELETE FROM word WHERE id = 'a'");
            assertHeld(rig, () -> rig.update("INSERT INTO word VALUES ('A', 2)"));
            assertFree(rig, () -> rig.update("UPDATE word SET x = 1 WHERE id = 'B'"));
        });
    }

    @Test
    void keys_that_differ_in_case_are_two_rows_where_the_database_says_so() throws Exception {
        Rig rig = open(
                LockKeyForm.BOTH,
                "CREATE TABLE word (id " + exactText() + " PRIMARY KEY, x INT)",
                "INSERT INTO word VALUES ('a', 1)");
        assertUndone(rig, "word", () -> {
            rig.update("DELETE FROM word WHERE id = 'a'");
            assertFree(rig, () -> {
                rig.update("INSERT INTO word VALUES ('A', 2)");
                rig.update("DELETE FROM word WHERE id = 'A'");
            });
        });
    }

    @Test
    void a_binary_key_is_one_row_to_both() throws Exception {
        Rig rig = open(LockKeyForm.BOTH, "CREATE TABLE file (id " + sixteenBytes() + " PRIMARY KEY, x INT)");
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0};
        byte[] other = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        rig.committed(() -> {
            rig.update("INSERT INTO file VALUES (?, 1)", (Object) id);
            rig.update("INSERT INTO file VALUES (?, 1)", (Object) other);
        });
        assertUndone(rig, "file", () -> {
            rig.update("UPDATE file SET x = 2 WHERE id = ?", (Object) id);
            assertHeld(rig, () -> rig.update("UPDATE file SET x = 3 WHERE id = ?", (Object) id.clone()));
            assertFree(rig, () -> rig.update("UPDATE file SET x = 1 WHERE id = ?", (Object) other));
        });
    }

    @Test
    void composite_keys_of_one_official_text_are_two_rows_in_canonical_form() throws Exception {
        Rig rig = open(LockKeyForm.CANONICAL, pairs());
        assertUndone(rig, "pair", () -> {
            rig.update("UPDATE pair SET x = 1 WHERE a = 'a_b'");
            assertFree(rig, () -> rig.update("UPDATE pair SET x = 0 WHERE a = 'a'"));
            assertHeld(rig, () -> rig.update("UPDATE pair SET x = 0 WHERE a = 'a_b'"));
        });
    }

    @Test
    void composite_keys_have_the_official_text_in_a_mixed_fleet() throws Exception {
        Rig rig = open(LockKeyForm.BOTH, pairs());
        assertUndone(rig, "pair", () -> {
            rig.update("UPDATE pair SET x = 1 WHERE a = 'a_b'");
            assertThat(rig.tc.locks())
                    .extracting(lock -> lock.row().primaryKey())
                    .contains("a_b_c");
            assertHeld(rig, () -> rig.update("UPDATE pair SET x = 0 WHERE a = 'a'"));
        });
    }

    private String[] pairs() {
        return new String[] {
            "CREATE TABLE pair (a " + exactText() + ", b " + exactText() + ", x INT, PRIMARY KEY (a, b))",
            "INSERT INTO pair VALUES ('a_b', 'c', 0), ('a', 'b_c', 0)"
        };
    }

    // ---- locking reads

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_row_that_appears_around_a_locking_read_is_not_given_while_another_holds_it(int moment) throws Exception {
        Rig rig = openWithItems();
        String holder = holding(rig, 5);
        rig.rolledBack(() -> {
            reading(rig, statement -> {
                beforeQuery(rig, moment, "INSERT INTO item VALUES (5, 1)");
                assertThatThrownBy(() -> statement.executeQuery("SELECT id FROM item WHERE x = 1 FOR UPDATE"))
                        .isInstanceOf(GlobalLockConflictException.class);
                assertThat(statement.getResultSet()).isNull();
            });
            rig.client.commit(holder);
        });
    }

    @Test
    void a_locking_read_with_a_limit_gives_only_rows_that_were_asked_for() throws Exception {
        Rig rig = openWithItems();
        rig.plain("INSERT INTO item VALUES (5, 1)");
        String holder = holding(rig, 4);
        rig.rolledBack(() -> {
            reading(rig, statement -> {
                // The read is the second query, and would choose what only the third one does not see.
                beforeQuery(rig, 2, "INSERT INTO item VALUES (4, 1)", "INSERT INTO item VALUES (3, 1)");
                try (ResultSet rows =
                        statement.executeQuery("SELECT id FROM item WHERE x = 1 ORDER BY id LIMIT 1 FOR UPDATE")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(3);
                }
            });
            rig.client.commit(holder);
        });
    }

    private Rig openWithItems() throws SQLException {
        return open(LockKeyForm.BOTH, "CREATE TABLE item (id INT PRIMARY KEY, x INT)");
    }

    /** Another global transaction, which holds this item. */
    private static String holding(Rig rig, int id) throws Exception {
        String holder = rig.client.begin("app", "group", "holder", 60_000);
        String bothSpellings = "item:" + id + ";ITEM:" + id;
        rig.client.branchRegister(BranchType.AT, rig.resourceId, null, holder, null, bothSpellings);
        return holder;
    }

    private interface Reading {
        void with(Statement statement) throws Exception;
    }

    /** In a local transaction that sees what others commit. */
    private static void reading(Rig rig, Reading reading) throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // The table is known from now on, so that nothing else is queried.
                statement
                        .executeQuery("SELECT id FROM item WHERE id = 0 FOR UPDATE")
                        .close();
                reading.with(statement);
            }
            connection.rollback();
        }
    }

    /** Runs a statement apart before the n-th query from now on, the next before the one after it, and so on. */
    private static void beforeQuery(Rig rig, int first, String... statements) {
        AtomicInteger queries = new AtomicInteger();
        rig.raw.beforeStatement("SELECT", first - 1 + statements.length, () -> {
            int index = queries.incrementAndGet() - first;
            if (index >= 0) {
                rig.plain(statements[index]);
            }
        });
    }

    // ---- helpers

    private static void assertHeld(Rig rig, Rig.Work work) {
        assertThatThrownBy(() -> inAnotherTransaction(rig, work))
                .isInstanceOfSatisfying(
                        CompletionException.class,
                        e -> assertThat(e).hasCauseInstanceOf(GlobalLockConflictException.class));
    }

    private static void assertFree(Rig rig, Rig.Work work) {
        inAnotherTransaction(rig, work);
    }

    private static void inAnotherTransaction(Rig rig, Rig.Work work) {
        CompletableFuture.runAsync(() -> {
                    try {
                        rig.committed(work);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                })
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static void assertUndone(Rig rig, String table, Rig.Work work) throws SQLException {
        String all = "SELECT * FROM " + table + " ORDER BY 1, 2";
        List<List<@Nullable String>> before = rig.rows(all);
        rig.rolledBack(() -> {
            work.run();
            assertThat(rig.rows(all)).isNotEqualTo(before);
        });
        assertThat(rig.rows(all)).isEqualTo(before);
    }
}
