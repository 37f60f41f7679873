package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an upsert changed is put back as it was, and what it added goes, whichever unique key was met. */
abstract class UpsertContract {

    private static final String ALL = "SELECT * FROM tag ORDER BY id";
    private static final int THREADS = 16;

    private final Rigs rigs;

    UpsertContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** Parameters of the URL under which the driver sends batches in its different ways. */
    List<String> waysToSendBatches() {
        return List.of("");
    }

    /** How this database spells an upsert of table tag; null where it knows none of the kind. */
    interface Spelling {
        /** Adds rows of {@code (id, name, n)}; sets n of one that is there to the n given. */
        @Nullable
        String updating(String rows);

        /** Adds rows; leaves those that are there as they are. */
        @Nullable
        String ignoring(String rows);

        /** Adds rows in place of all that are in their way. */
        @Nullable
        String replacing(String rows);
    }

    abstract Spelling spelling();

    /** Whether a row that is met by its name counts as the one given. */
    boolean anyUniqueKeyCounts() {
        return true;
    }

    /** Whether a replacement deletes what it meets, rather than updating the row of the same primary key. */
    boolean replacementsDelete() {
        return true;
    }

    /** Forms of this database for {@link RandomForms}. */
    abstract List<String> randomForms();

    @Test
    @Tag("random-transactions")
    void random_forms_leave_every_cell_as_it_was() throws SQLException {
        RandomForms.run(rig, randomForms());
    }

    Rig rig;

    @BeforeEach
    void open_with_three_tags() throws SQLException {
        rig = rigs.open();
        addTags();
    }

    private void addTags() throws SQLException {
        rig.plain(
                "CREATE TABLE tag (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE, n INT, note VARCHAR(20) DEFAULT 'as ever')",
                "INSERT INTO tag (id, name, n, note) VALUES (1, 'a', 10, 'x'), (2, 'b', 20, NULL), (3, 'c', 30, 'z')");
    }

    @AfterEach
    void close_without_an_open_connection() throws SQLException {
        rig.close();
        assertThat(rig.raw.openConnections()).isZero();
    }

    private static String known(@Nullable String sql) {
        assumeTrue(sql != null, "This database knows no such form");
        return sql;
    }

    @Test
    void a_new_row_goes_and_one_that_was_there_gets_its_values_back() throws Exception {
        String one = known(spelling().updating("(?, ?, ?)"));
        assertUndone(() -> {
            rig.update(one, 7, "new", 1);
            rig.update(one, 2, "b", 99);
            rig.update(one, 7, "new", 2);
            assertThat(rig.rows("SELECT id, name, n FROM tag ORDER BY id"))
                    .containsExactly(row(1, "a", 10), row(2, "b", 99), row(3, "c", 30), row(7, "new", 2));
        });
    }

    @Test
    void rows_new_and_old_in_one_statement_are_put_back() throws Exception {
        String sql = known(spelling().updating("(8, 'h', 1), (3, 'c', 31), (?, ?, ?), (1, 'a', 11), (9, 'k', 2)"));
        assertUndone(() -> {
            rig.update(sql, 5, "e", 50);
            assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                    .containsExactly(row(1, 11), row(2, 20), row(3, 31), row(5, 50), row(8, 1), row(9, 2));
        });
    }

    @Test
    void a_row_that_is_met_by_another_unique_key_is_put_back() throws Exception {
        assumeTrue(anyUniqueKeyCounts(), "This database asks the primary key only");
        String sql = known(spelling().updating("(70, 'b', 5)"));
        if (sql.contains("(id)")) {
            sql = sql.replace("(id) DO", "(name) DO");
        }
        String byName = sql;
        assertUndone(() -> {
            rig.update(byName);
            assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                    .containsExactly(row(1, 10), row(2, 5), row(3, 30));
        });
    }

    @Test
    void an_upsert_that_gives_the_row_it_meets_another_key_fails_and_leaves_nothing() throws Exception {
        String plain = known(spelling().updating("(1, 'a', 11)"));
        String sql = plain.replaceFirst("(?i)(UPDATE (SET )?)n = ", "$1id = 77, n = ");
        assumeTrue(!sql.equals(plain), "This database knows no such form");
        var before = rig.rows(ALL);
        rig.committed(() -> assertThatThrownBy(() -> rig.update(sql)).isInstanceOf(SQLException.class));
        assertThat(rig.rows(ALL)).isEqualTo(before);
    }

    @Test
    void an_upsert_that_changes_nothing_is_no_harm() throws Exception {
        String sql = known(spelling().updating("(1, 'a', 10)"));
        rig.rolledBack(() -> rig.update(sql));
        assertThat(rig.rows("SELECT n FROM tag WHERE id = 1")).containsExactly(row(10));
    }

    @Test
    void rows_that_are_left_out_are_not_touched_by_the_rollback() throws Exception {
        String one = known(spelling().ignoring("(?, ?, ?)"));
        String many = known(spelling().ignoring("(1, 'q', 0), (8, 'h', 1), (9, 'b', 2)"));
        assertUndone(() -> {
            assertThat(rig.update(one, 1, "a", 99)).isZero();
            assertThat(rig.update(one, 6, "f", 60)).isEqualTo(1);
            assertThat(rig.update(many)).isEqualTo(1);
            assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                    .containsExactly(row(1, 10), row(2, 20), row(3, 30), row(6, 60), row(8, 1));
        });
    }

    @Test
    void all_rows_that_a_replacement_deletes_come_back() throws Exception {
        String one = known(spelling().replacing("(?, ?, ?)"));
        assertUndone(() -> {
            rig.update(one, 2, "b", 21);
            rig.update(one, 40, "neu", 1);
            if (replacementsDelete()) {
                // In the way are the row of the id and the row of the name.
                assertThat(rig.update(one, 1, "c", 5)).isEqualTo(3);
                assertThat(rig.rows("SELECT id, name, n FROM tag ORDER BY id"))
                        .containsExactly(row(1, "c", 5), row(2, "b", 21), row(40, "neu", 1));
            }
        });
    }

    @Test
    void a_replacement_by_what_is_there_already_is_no_harm() throws Exception {
        String sql = known(spelling().replacing("(1, 'a', 10), (8, 'h', 1)"));
        assertUndone(() -> rig.update(sql));
    }

    @Test
    void batches_of_upserts_are_put_back() throws Exception {
        String sql = known(spelling().updating("(?, ?, ?)"));
        assertUndone(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement upsert = connection.prepareStatement(sql)) {
                for (int round = 0; round < 2; round++) {
                    for (int id = 2; id < 6; id++) {
                        upsert.setInt(1, id);
                        upsert.setString(2, String.valueOf((char) ('a' + id - 1)));
                        upsert.setInt(3, 100 * round + id);
                        upsert.addBatch();
                    }
                    assertThat(upsert.executeBatch()).hasSize(4);
                }
            }
            assertThat(rig.rows("SELECT n FROM tag WHERE id = 5")).containsExactly(row(105));
        });
    }

    @Test
    void a_batch_of_five_is_undone_row_for_row_however_the_driver_sends_it() throws Exception {
        String updating = known(spelling().updating("(?, ?, ?)"));
        for (String parameters : waysToSendBatches()) {
            rig.close();
            rig = rigs.open(parameters, ResourceManagerOptions.defaults());
            addTags();
            assertUndone(() -> {
                runBatchOfFive(updating);
                assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                        .as(parameters)
                        .containsExactly(row(1, 10), row(2, 102), row(3, 103), row(4, 104), row(5, 105), row(6, 106));
                // One lock for each row, and not for the first only.
                assertThat(rig.tc.locks())
                        .extracting(lock -> lock.row().primaryKey())
                        .as(parameters)
                        .containsExactlyInAnyOrder("2", "3", "4", "5", "6");
            });
            String ignoring = spelling().ignoring("(?, ?, ?)");
            if (ignoring != null) {
                assertUndone(() -> {
                    runBatchOfFive(ignoring);
                    assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                            .as(parameters)
                            .containsExactly(row(1, 10), row(2, 20), row(3, 30), row(4, 104), row(5, 105), row(6, 106));
                });
            }
        }
    }

    /** Two rows that are there, three that are not. */
    private void runBatchOfFive(String sql) throws SQLException {
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement upsert = connection.prepareStatement(sql)) {
            for (int id = 2; id <= 6; id++) {
                upsert.setInt(1, id);
                upsert.setString(2, String.valueOf((char) ('a' + id - 1)));
                upsert.setInt(3, 100 + id);
                upsert.addBatch();
            }
            assertThat(upsert.executeBatch()).hasSize(5);
        }
    }

    /** Whether the driver gives the columns that were asked for as generated keys, and not just made up numbers. */
    boolean returnsAskedKeys() {
        return true;
    }

    @Test
    void the_keys_of_upserted_rows_come_back_as_generated_keys() throws Exception {
        assumeTrue(returnsAskedKeys(), "This driver gives made up numbers only");
        String sql = known(spelling().updating("(?, ?, ?)"));
        assertUndone(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement upsert = connection.prepareStatement(sql, new String[] {"id"})) {
                upsert.setInt(1, 60);
                upsert.setString(2, "new");
                upsert.setInt(3, 1);
                assertThat(upsert.executeUpdate()).isEqualTo(1);
                try (ResultSet keys = upsert.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getMetaData().getColumnCount()).isEqualTo(1);
                    assertThat(keys.getInt(1)).isEqualTo(60);
                }
            }
        });
    }

    /** Neighbours that do not know of each other: plain SQL lets all of them through, though it locks gaps. */
    @Test
    void neighbouring_new_keys_do_not_get_in_each_others_way_under_repeatable_read() throws Exception {
        String sql = known(spelling().updating("(?, ?, ?)"));
        // Rows that are only marked as deleted would have gaps locked that plain SQL locks too, until they are purged.
        rig.plain("TRUNCATE TABLE tag");
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 8; i++) {
                        rig.committed(() -> {
                            try (Connection connection = rig.managed.getConnection()) {
                                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                                connection.setAutoCommit(false);
                                for (int k = 0; k < 2; k++) {
                                    int id = next.incrementAndGet();
                                    Rig.update(connection, sql, id, "t" + id, id);
                                }
                                connection.commit();
                            }
                        });
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } catch (ExecutionException inTheWay) {
            throw new AssertionError(lastDeadlock(), inTheWay);
        } finally {
            threads.shutdownNow();
        }
        assertThat(rig.number("SELECT COUNT(*) FROM tag")).isEqualTo(THREADS * 16L);
    }

    /** What the database tells of its locks, where it tells anything. */
    private String lastDeadlock() {
        try {
            return rig.rows("SHOW ENGINE INNODB STATUS").toString();
        } catch (SQLException unknownHere) {
            return "";
        }
    }

    @Test
    void a_row_that_appears_between_look_up_and_statement_is_put_back_too() throws Exception {
        String sql = known(spelling().updating("(5, 'e', 50)"));
        AtomicInteger inserted = new AtomicInteger();
        rig.rolledBack(() -> {
            rig.raw.onNextStatement(new Consumer<>() {
                @Override
                public void accept(String text) {
                    if (!isTheStatement(text)) {
                        rig.raw.onNextStatement(this);
                        return;
                    }
                    try {
                        rig.plain("INSERT INTO tag (id, name, n) VALUES (5, 'e', 1)");
                        inserted.incrementAndGet();
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            rig.update(sql);
            assertThat(rig.rows("SELECT n FROM tag WHERE id = 5")).containsExactly(row(50));
        });
        assertThat(inserted.get()).isEqualTo(1);
        assertThat(rig.rows("SELECT id, n FROM tag ORDER BY id"))
                .containsExactly(row(1, 10), row(2, 20), row(3, 30), row(5, 1));
    }

    /** Not the look-ups, images and undo logs around it. */
    private static boolean isTheStatement(String sql) {
        String text = sql.toUpperCase(Locale.ROOT);
        return !text.startsWith("SELECT") && text.contains(" TAG");
    }

    @Test
    void a_plain_statement_upserts_too() throws Exception {
        String sql = known(spelling().updating("(3, 'c', 33), (4, 'd', 44)"));
        assertUndone(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.execute(sql)).isFalse();
                assertThat(statement.getUpdateCount()).isPositive();
            }
        });
    }

    static List<@Nullable String> row(Object... cells) {
        return DialectContract.cells(cells);
    }

    void assertUndone(Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig.rows(ALL);
        rig.rolledBack(() -> {
            work.run();
            assertThat(rig.rows(ALL)).isNotEqualTo(before);
        });
        assertThat(rig.rows(ALL)).isEqualTo(before);
    }
}
