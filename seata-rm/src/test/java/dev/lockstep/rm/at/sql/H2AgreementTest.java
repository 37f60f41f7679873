package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.dialect.h2.H2SqlRules;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The database itself as the judge: statements made at random from pieces of valid ones run in H2, and what changed there is
 * compared with what the recogniser said. A read must change nothing and leave the local transaction open; a write must
 * change no other table, rows or columns than it said.
 */
@Tag("fuzz")
class H2AgreementTest {

    private static final int STATEMENTS = 4_000 * Integer.getInteger("lockstep.random.factor", 1);

    /** So many of them must be recognised and valid SQL; otherwise the test shows nothing. */
    private static final int LEAST_RUN = STATEMENTS / 10;

    private static final String[] SEEDS = {
        "SELECT * FROM t WHERE a = 1 ORDER BY b DESC LIMIT 2",
        "SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 0",
        "SELECT * FROM t x JOIN s y ON x.id = y.id",
        "SELECT * FROM t WHERE id = 2 FOR UPDATE",
        "SELECT id FROM FINAL TABLE (INSERT INTO t (id, a) VALUES (100, 1))",
        "SELECT id FROM OLD TABLE (DELETE FROM s WHERE id = 1)",
        "SELECT * FROM NEW TABLE (UPDATE t SET a = 7 WHERE id = 3) n",
        "WITH c AS (SELECT id FROM s) DELETE FROM t WHERE id IN (SELECT id FROM c)",
        "WITH c(x) AS (SELECT 1) SELECT * FROM c",
        "VALUES (1, 2), (3, 4)",
        "TABLE s",
        "EXPLAIN DELETE FROM t WHERE id = 1",
        "EXPLAIN ANALYZE DELETE FROM t WHERE id = 1",
        "SET @x = 1",
        "SET SCHEMA PUBLIC",
        "SET QUERY_TIMEOUT 3000",
        "SET MODE REGULAR",
        "SET DB_CLOSE_DELAY -1",
        "SHOW TABLES",
        "CALL NEXT VALUE FOR seq",
        "COMMIT",
        "BEGIN",
        "CREATE TABLE u (id INT)",
        "TRUNCATE TABLE s",
        "MERGE INTO t (id, a) KEY (id) VALUES (1, 9)",
        "MERGE INTO t VALUES (1, ?, 'm'), (9, 9, ?)",
        "INSERT INTO t (id, a) VALUES (3, 1) ON CONFLICT DO NOTHING",
        "WITH c AS (SELECT id FROM s) DELETE FROM t WHERE id IN (SELECT id FROM c)",
        "INSERT INTO t (id, a) VALUES (?, 1), (102, ?)",
        "INSERT INTO s VALUES (103, 'x''y', DEFAULT)",
        "INSERT INTO t (id) SELECT id + 200 FROM s",
        "INSERT INTO t SET id = 104, a = 1",
        "INSERT INTO t (id) VALUES (1) ON DUPLICATE KEY UPDATE a = 5",
        "INSERT IGNORE INTO t (id) VALUES (1)",
        "REPLACE INTO t (id, a) VALUES (1, 2)",
        "UPDATE t SET a = a + 1, b = ? WHERE id = ? OR a = 1",
        "UPDATE t AS x SET x.a = CASE WHEN b = 'n' THEN 1 ELSE 2 END WHERE x.id IN (1, 2)",
        "UPDATE t SET (a, b) = (5, 'q') WHERE b LIKE 'o%' AND NOT a IS NULL",
        "UPDATE PUBLIC.s SET c = CURRENT_TIMESTAMP, b = 'z' || b WHERE s.id < 3",
        "UPDATE t SET a = (SELECT max(id) FROM s) WHERE EXISTS (SELECT 1 FROM s WHERE s.id = t.id) FETCH FIRST 1 ROWS ONLY",
        "DELETE FROM t x WHERE x.id = ? LIMIT 1",
        "DELETE t WHERE a > 1 AND (b, a) IN (('two', 2), ('three', 3))",
        "DELETE FROM s /* which? */ WHERE \"ID\" = 1 -- end",
    };

    private static final String[] PIECES = {
        "(",
        ")",
        ",",
        ";",
        "'",
        "\"",
        "`",
        "/*",
        "*/",
        "--",
        "\n",
        "//",
        "$$",
        "?",
        "=",
        "+",
        ".",
        "1",
        "NULL",
        "FOR UPDATE",
        "FROM",
        "WHERE",
        "SELECT",
        "UNION",
        "SET",
        "INTO",
        "TABLE",
        "VALUES",
        "FINAL TABLE (",
        "AS",
        "ON",
        "AND",
        "t",
        "s",
        "id",
        "a",
        "LIMIT 1",
        "DELETE FROM t",
        "WITH",
        "\u00a0",
        "F\u0131NAL",
        "INTERVAL '1' DAY",
        "FORMAT",
        "ZONE",
    };

    enum Mode {
        REGULAR(H2SqlRules.REGULAR),
        MYSQL(H2SqlRules.MYSQL),
        POSTGRESQL(H2SqlRules.POSTGRESQL);

        final SqlRules rules;

        Mode(SqlRules rules) {
            this.rules = rules;
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_h2_does_is_what_was_recognised(Mode mode) throws SQLException {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("H2AgreementTest " + mode + " seed " + seed);
        var random = new Random(seed);
        var url = "jdbc:h2:mem:" + mode + "-" + seed + ";DATABASE_TO_UPPER=TRUE;MODE=" + mode;
        try (Connection connection = DriverManager.getConnection(url);
                Connection observer = DriverManager.getConnection(url)) {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(100) DEFAULT 'd')");
                statement.execute(
                        "CREATE TABLE s (id INT PRIMARY KEY, b VARCHAR(100), c TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP)");
                statement.execute("CREATE TABLE probe (id INT PRIMARY KEY)");
                statement.execute("CREATE SEQUENCE seq");
                statement.execute(
                        "INSERT INTO t VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three'), (4, NULL, NULL)");
                statement.execute("INSERT INTO s (id, b) VALUES (1, 'one'), (2, 'two'), (5, 'five')");
            }
            connection.setAutoCommit(false);
            var recognizer = new SqlRecognizer(mode.rules);
            var run = 0;
            for (int i = 0; i < STATEMENTS; i++) {
                var sql = statement(random);
                var plan = recognizer.recognize(sql);
                if (!(plan instanceof RecognizedSql.Refused)) {
                    var trial = new Trial(connection, observer, sql, plan, "seed " + seed + ", " + mode + ": " + sql);
                    run += trial.runs() ? 1 : 0;
                }
            }
            assertThat(run).as("statements that H2 accepted").isGreaterThan(LEAST_RUN);
        }
    }

    /** A seed, whole or mixed with another one, with a few changes. */
    private static String statement(Random random) {
        var words = new ArrayList<>(words(SEEDS[random.nextInt(SEEDS.length)]));
        if (random.nextInt(3) == 0) {
            var other = words(SEEDS[random.nextInt(SEEDS.length)]);
            var cut = random.nextInt(words.size() + 1);
            words.subList(cut, words.size()).clear();
            words.addAll(other.subList(random.nextInt(other.size()), other.size()));
        }
        for (int changes = random.nextInt(3); changes > 0 && !words.isEmpty(); changes--) {
            var at = random.nextInt(words.size());
            switch (random.nextInt(4)) {
                case 0 -> words.remove(at);
                case 1 -> words.add(at, words.get(random.nextInt(words.size())));
                case 2 -> words.set(at, PIECES[random.nextInt(PIECES.length)]);
                default -> words.add(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return String.join(" ", words);
    }

    private static List<String> words(String sql) {
        return List.of(sql.split("(?<=\\W)|(?=\\W)| "));
    }

    /** One statement, run and judged, then rolled back. */
    private static final class Trial {
        private final Connection connection;
        private final Connection observer;
        private final String sql;
        private final RecognizedSql plan;
        private final String label;

        Trial(Connection connection, Connection observer, String sql, RecognizedSql plan, String label) {
            this.connection = connection;
            this.observer = observer;
            this.sql = sql;
            this.plan = plan;
            this.label = label;
        }

        /** Whether H2 accepted the statement. */
        boolean runs() throws SQLException {
            execute("SET SCHEMA PUBLIC");
            execute("INSERT INTO PUBLIC.probe VALUES (1)");
            try (PreparedStatement statement = prepare()) {
                if (statement == null) {
                    return false;
                }
                var before = Map.of("T", rows("T"), "S", rows("S"));
                var selected = selected();
                try {
                    statement.execute();
                } catch (SQLException refusedByDatabase) {
                    return false;
                }
                judge(before, selected, statement.getUpdateCount());
                return true;
            } finally {
                connection.rollback();
            }
        }

        private @Nullable PreparedStatement prepare() throws SQLException {
            PreparedStatement statement = null;
            try {
                statement = connection.prepareStatement(sql);
                var count = statement.getParameterMetaData().getParameterCount();
                if (isWrite() && !(plan instanceof RecognizedSql.Insert insert && insert.fromQuery())) {
                    assertThat(parameterCount()).as("parameters, %s", label).isEqualTo(count);
                }
                for (int i = 1; i <= count; i++) {
                    statement.setInt(i, 1);
                }
                return statement;
            } catch (SQLException notValid) {
                if (statement != null) {
                    statement.close();
                }
                return null;
            }
        }

        private boolean isWrite() {
            return table() != null;
        }

        private @Nullable TableReference table() {
            return plan instanceof RecognizedSql.Write write ? write.table() : null;
        }

        private @Nullable RowSelection selection() {
            if (plan instanceof RecognizedSql.Update update) {
                return update.selection();
            }
            return plan instanceof RecognizedSql.Delete delete ? delete.selection() : null;
        }

        private int parameterCount() {
            var slices = new ArrayList<Slice>();
            if (plan instanceof RecognizedSql.Insert insert) {
                addSlices(insert, slices);
            }
            if (plan instanceof RecognizedSql.Upsert upsert) {
                addSlices(upsert.insert(), slices);
                slices.add(upsert.tail());
            }
            if (plan instanceof RecognizedSql.Update update) {
                slices.add(update.head());
            }
            var selection = selection();
            if (selection != null) {
                slices.add(selection.where());
                slices.add(selection.orderBy());
                slices.add(selection.limit());
            }
            return slices.stream()
                    .filter(Objects::nonNull)
                    .mapToInt(Slice::parameterCount)
                    .sum();
        }

        private static void addSlices(RecognizedSql.Insert insert, List<Slice> slices) {
            insert.rows().forEach(row -> row.forEach(value -> slices.add(value.slice())));
        }

        /** The ids that the plan's own clauses select, or null where they may select others the next time. */
        private @Nullable Set<Integer> selected() throws SQLException {
            var selection = selection();
            if (selection == null || !selection.rowsCannotSwap()) {
                return null;
            }
            var table = Objects.requireNonNull(table());
            var query = "SELECT id FROM " + table.text()
                    + (table.alias() == null ? "" : " " + table.alias().text())
                    + (selection.where() == null
                            ? ""
                            : " WHERE " + selection.where().text());
            var ids = new TreeSet<Integer>();
            try (var statement = connection.prepareStatement(query)) {
                var where = selection.where();
                for (int i = 1; where != null && i <= where.parameterCount(); i++) {
                    statement.setInt(i, 1);
                }
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        ids.add(rows.getInt(1));
                    }
                }
            } catch (SQLException imageWouldFail) {
                // The RM would fail here too, before the statement runs.
                return null;
            }
            return ids;
        }

        private void judge(
                Map<String, Map<Integer, List<@Nullable Object>>> before, @Nullable Set<Integer> selected, int affected)
                throws SQLException {
            try (var statement = observer.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM PUBLIC.probe")) {
                rows.next();
                assertThat(rows.getInt(1))
                        .as("the local transaction is open, %s", label)
                        .isZero();
            }
            for (String name : List.of("T", "S")) {
                var old = before.get(name);
                var now = rows(name);
                var table = table();
                if (table == null || !table.table().name().equalsIgnoreCase(name)) {
                    assertThat(now).as("rows of %s, %s", name, label).isEqualTo(old);
                } else if (plan instanceof RecognizedSql.Insert insert) {
                    assertThat(now).as("rows of %s, %s", name, label).containsAllEntriesOf(old);
                    assertThat(now.size() - old.size())
                            .as("new rows, %s", label)
                            .isEqualTo(
                                    insert.fromQuery() || insert.skipsConflicts()
                                            ? affected
                                            : insert.rows().size());
                } else if (plan instanceof RecognizedSql.Upsert upsert) {
                    if (upsert.setColumns().stream()
                            .noneMatch(column -> column.name().equalsIgnoreCase("ID"))) {
                        assertThat(now.keySet())
                                .as("rows of %s, %s", name, label)
                                .containsAll(old.keySet());
                    }
                    assertThat(now.size() - old.size())
                            .as("new rows, %s", label)
                            .isBetween(0, upsert.insert().rows().size());
                } else {
                    judgeChanges(old, now, selected, affected);
                }
            }
        }

        private void judgeChanges(
                Map<Integer, List<@Nullable Object>> old,
                Map<Integer, List<@Nullable Object>> now,
                @Nullable Set<Integer> selected,
                int affected) {
            var columns = plan instanceof RecognizedSql.Update update
                    ? update.setColumns().stream()
                            .map(column -> column.name().toUpperCase(Locale.ROOT))
                            .toList()
                    : List.<String>of();
            if (columns.contains("ID")) {
                return;
            }
            var changed = new HashSet<Integer>();
            old.forEach((id, row) -> {
                if (!row.equals(now.get(id))) {
                    changed.add(id);
                }
            });
            assertThat(old.keySet()).as("no new rows, %s", label).containsAll(now.keySet());
            if (selected != null) {
                assertThat(selected).as("rows changed, %s", label).containsAll(changed);
                assertThat(affected).as("rows affected, %s", label).isEqualTo(selected.size());
            }
            if (plan instanceof RecognizedSql.Update) {
                assertThat(now.keySet()).as("rows left, %s", label).isEqualTo(old.keySet());
                var names = table().table().name().equalsIgnoreCase("t")
                        ? List.of("ID", "A", "B")
                        : List.of("ID", "B", "C");
                for (int id : changed) {
                    for (int i = 0; i < names.size(); i++) {
                        if (!columns.contains(names.get(i))) {
                            assertThat(now.get(id).get(i))
                                    .as("column %s, %s", names.get(i), label)
                                    .isEqualTo(old.get(id).get(i));
                        }
                    }
                }
            }
        }

        private Map<Integer, List<@Nullable Object>> rows(String table) throws SQLException {
            var found = new TreeMap<Integer, List<@Nullable Object>>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT * FROM PUBLIC." + table)) {
                while (rows.next()) {
                    var row = new ArrayList<@Nullable Object>();
                    for (int i = 1; i <= 3; i++) {
                        row.add(rows.getString(i));
                    }
                    found.put(rows.getInt(1), row);
                }
            }
            return found;
        }

        private void execute(String text) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute(text);
            }
        }
    }
}
