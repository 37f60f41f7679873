package dev.lockstep.rm.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.peer.FleetMember.Branch;
import dev.lockstep.rm.peer.FleetMember.LocalWork;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every column type and statement, written by one client and rolled back by the other. What an official client writes and
 * takes back exactly by itself, ours must take back too, and what ours has written there the official client; undo logs,
 * lock keys and resource ids must be the same. What is known to differ is listed in a file, and nothing else may.
 */
@Tag("long")
abstract class FleetMatrix {

    private static final Logger log = LoggerFactory.getLogger(FleetMatrix.class);

    private static final String XID = "10.0.0.5:8091:2612345678901234567";
    /** A case whose images hold the time of the run. */
    static final String NOTES_ITS_TIME = "update of a row that notes its time";

    private static final long BRANCH = 2612345678901234568L;

    /**
     * Work on tables of its own.
     *
     * @param name says what is tried
     * @param setup makes the tables and fills them
     * @param tables whose rows are compared
     */
    record Case(String name, List<String> setup, List<String> tables, LocalWork work) {

        /** Of one table, with statements. */
        static Case of(String name, String table, List<String> setup, String... statements) {
            return new Case(name, setup, List.of(table), connection -> {
                for (String sql : statements) {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        statement.executeUpdate();
                    }
                }
            });
        }

        /** The same of a table whose name is written so. */
        Case as(String table) {
            return new Case(name, setup, List.of(table), work);
        }

        /** The same with one more table. */
        Case and(String table) {
            List<String> more = new ArrayList<>(tables);
            more.add(table);
            return new Case(name, setup, more, work);
        }
    }

    final TestDatabase database;

    FleetMatrix(DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    /** Our own data source. */
    abstract DataSource dataSource() throws SQLException;

    /** Makes undo_log and whatever types the columns have. */
    abstract List<String> preparation();

    /** Types and their two literals. */
    abstract Map<String, List<String>> literalsByType();

    /** Statements on tables of their own. */
    abstract List<Case> statements();

    /** What is known to differ, for one peer or for both: a line each, comments aside, in a file of the database's name. */
    private Set<String> known(PeerContract.Peer peer) throws IOException {
        String name = "fleet-" + database.server().kind() + ".txt";
        Set<String> known = new TreeSet<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(FleetMatrix.class.getResourceAsStream(name), name), StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        Optional<PeerContract.Peer> only = Stream.of(PeerContract.Peer.values())
                                .filter(one -> line.startsWith(one.version() + ": "))
                                .findFirst();
                        if (only.isEmpty() || only.get() == peer) {
                            known.add(
                                    only.isEmpty()
                                            ? line
                                            : line.substring(peer.version().length() + 2));
                        }
                    });
        }
        return known;
    }

    /** One local transaction that runs a statement in a JDBC batch, once for each row of values. */
    static LocalWork batch(String sql, Object[]... rows) {
        return connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Object[] row : rows) {
                    for (int i = 0; i < row.length; i++) {
                        statement.setObject(i + 1, row[i]);
                    }
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        };
    }

    /** Statements that every database knows. */
    static List<Case> commonStatements() {
        List<String> goods = List.of(
                "CREATE TABLE goods (id BIGINT PRIMARY KEY, name VARCHAR(20), amount INT, price DECIMAL(10, 2))",
                "INSERT INTO goods VALUES (1, 'a', 10, 1.50), (2, 'b''x', NULL, 0.10), (3, 'c', 30, NULL), (4, '', 40, 4)");
        List<String> lines = List.of(
                "CREATE TABLE line (order_id BIGINT, line_no INT, text VARCHAR(20), PRIMARY KEY (order_id, line_no))",
                "INSERT INTO line VALUES (100, 1, 'one'), (200, 1, 'two'), (200, 2, NULL)");
        List<String> codes = List.of(
                "CREATE TABLE code (code VARCHAR(20) PRIMARY KEY, text VARCHAR(20))",
                "INSERT INTO code VALUES ('x-1', 'one'), ('Y 2', 'two')");
        return List.of(
                Case.of("one row", "goods", goods, "INSERT INTO goods (id, name, amount) VALUES (10, 'new', 1)"),
                Case.of(
                        "several rows",
                        "goods",
                        goods,
                        "INSERT INTO goods (id, name) VALUES (10, 'x'), (11, 'y'), (12, NULL)"),
                Case.of("row without names", "goods", goods, "INSERT INTO goods VALUES (10, 'new', 1, 2.5)"),
                Case.of(
                        "update by key",
                        "goods",
                        goods,
                        "UPDATE goods SET amount = amount + 5, price = 9.99 WHERE id = 1"),
                Case.of(
                        "update of a range",
                        "goods",
                        goods,
                        "UPDATE goods SET name = 'all', price = NULL WHERE id BETWEEN 1 AND 3"),
                Case.of("update by IN", "goods", goods, "UPDATE goods SET name = 'all' WHERE id IN (1, 3)"),
                Case.of(
                        "update by a condition",
                        "goods",
                        goods,
                        "UPDATE goods SET amount = 0 WHERE amount > 5 AND name LIKE 'a%' OR price IS NULL"),
                Case.of("update of all", "goods", goods, "UPDATE goods SET amount = 7"),
                Case.of("update with alias", "goods", goods, "UPDATE goods g SET amount = 7 WHERE g.id = 2"),
                Case.of(
                        "update that changes some rows only",
                        "goods",
                        goods,
                        "UPDATE goods SET amount = 10 WHERE id < 4"),
                Case.of("update by EXISTS", "goods", goods, "UPDATE goods SET amount = 7 WHERE EXISTS (SELECT 1)"),
                Case.of("delete by key", "goods", goods, "DELETE FROM goods WHERE id = 3"),
                Case.of("delete of all", "goods", goods, "DELETE FROM goods"),
                Case.of(
                        "one row twice",
                        "goods",
                        goods,
                        "UPDATE goods SET amount = 11 WHERE id = 1",
                        "UPDATE goods SET amount = 12, name = 'z' WHERE id = 1"),
                Case.of(
                        "insert, update and delete of one row",
                        "goods",
                        goods,
                        "INSERT INTO goods (id, name) VALUES (10, 'x')",
                        "UPDATE goods SET name = 'y' WHERE id = 10",
                        "UPDATE goods SET name = 'y' WHERE id = 1",
                        "DELETE FROM goods WHERE id = 1"),
                Case.of(
                        "delete and insert of one row",
                        "goods",
                        goods,
                        "DELETE FROM goods WHERE id = 1",
                        "INSERT INTO goods (id, name) VALUES (1, 'again')"),
                Case.of(
                        "row of a composite key",
                        "line",
                        lines,
                        "INSERT INTO line (line_no, order_id, text) VALUES (7, 100, 'x')"),
                Case.of(
                        "update by a composite key",
                        "line",
                        lines,
                        "UPDATE line SET text = 'changed' WHERE order_id = 100 AND line_no = 1"),
                Case.of("delete by part of a composite key", "line", lines, "DELETE FROM line WHERE order_id = 200"),
                Case.of("row of a text key", "code", codes, "INSERT INTO code VALUES ('z.3', NULL)"),
                Case.of("update by a text key", "code", codes, "UPDATE code SET text = 'changed' WHERE code = 'Y 2'"),
                Case.of("delete by a text key", "code", codes, "DELETE FROM code WHERE code = 'x-1'"),
                Case.of(
                                "tables of one transaction",
                                "goods",
                                both(goods, lines),
                                "UPDATE goods SET amount = 1 WHERE id = 1",
                                "DELETE FROM line WHERE order_id = 100",
                                "UPDATE goods SET amount = 2 WHERE id = 2")
                        .and("line"),
                new Case(
                        "batch of inserts",
                        goods,
                        List.of("goods"),
                        batch("INSERT INTO goods (id, name) VALUES (?, ?)", new Object[] {20, "p"}, new Object[] {
                            21, "q"
                        })),
                new Case(
                        "batch of updates",
                        goods,
                        List.of("goods"),
                        batch("UPDATE goods SET name = ? WHERE id = ?", new Object[] {"p", 1}, new Object[] {"q", 2})),
                new Case(
                        "batch of deletes",
                        goods,
                        List.of("goods"),
                        batch("DELETE FROM goods WHERE id = ?", new Object[] {1}, new Object[] {4})));
    }

    private static List<String> both(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    @AfterEach
    void drop_database() throws SQLException {
        database.close();
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        Map<String, Integer> seen = new TreeMap<>();
        literalsByType().forEach((type, literals) -> {
            String name = seen.merge(type, 1, Integer::sum) > 1 ? type + " #" + seen.get(type) : type;
            String bare = type.split("#")[0].strip();
            String table = "c" + cases.size();
            List<String> setup = List.of(
                    "CREATE TABLE " + table + " (id INT PRIMARY KEY, v " + bare + ")",
                    "INSERT INTO " + table + " VALUES (1, " + literals.get(0) + "), (2, NULL), (4, " + literals.get(1)
                            + ")");
            cases.add(Case.of(
                    name + " insert",
                    table,
                    setup,
                    "INSERT INTO " + table + " (id, v) VALUES (3, " + literals.get(1) + ")"));
            cases.add(Case.of(
                    name + " update",
                    table,
                    setup,
                    "UPDATE " + table + " SET v = " + literals.get(1) + " WHERE id = 1"));
            cases.add(Case.of(name + " delete", table, setup, "DELETE FROM " + table + " WHERE id = 4"));
        });
        cases.addAll(statements());
        return cases;
    }

    @ParameterizedTest
    @EnumSource(PeerContract.Peer.class)
    void what_both_support_either_takes_back(PeerContract.Peer peer) throws Exception {
        plain(preparation());
        Set<String> refused = new TreeSet<>();
        Set<String> failures = new TreeSet<>();
        Set<String> differences = new TreeSet<>();
        int compared = 0;
        try (OurClient ours = new OurClient(
                dataSource(),
                database.url(),
                ResourceManagerOptions.builder().undoClassNames(peer.names()).build())) {
            FleetMember official = peer.client().database(database, "");
            for (Case one : cases()) {
                Written byOfficial = new Written();
                String trouble = writtenAndTakenBack(one, official, official, byOfficial);
                if (trouble != null) {
                    refused.add(one.name() + ": " + trouble);
                    continue;
                }
                compared++;
                Written byOurs = new Written();
                addIfAny(failures, one, "official to ours", writtenAndTakenBack(one, official, ours, new Written()));
                addIfAny(failures, one, "ours to official", writtenAndTakenBack(one, ours, official, byOurs));
                if (!one.name().equals(NOTES_ITS_TIME)) {
                    UndoRow.differences(byOfficial.row(), byOurs.row())
                            .forEach(what -> differences.add(one.name() + what));
                }
                compareKeys(one, byOfficial.branch(), byOurs.branch(), differences);
            }
        }
        log.info(
                "[fleet] {} on {}: {} cases compared; of its own the official client does not take back {}:\n{}",
                peer,
                database.server().kind(),
                compared,
                refused.size(),
                String.join("\n", refused));
        log.info(
                "[fleet] failures:\n{}\ndifferences:\n{}", String.join("\n", failures), String.join("\n", differences));

        assertThat(compared).as("cases that both support").isGreaterThan(150);
        Set<String> found = new TreeSet<>();
        failures.forEach(failure -> found.add(failure.substring(0, failure.indexOf(": "))));
        differences.forEach(difference -> found.add(difference.replace(peer.names() + ".", "")));
        assertThat(found).isEqualTo(known(peer));
    }

    private static void addIfAny(Set<String> failures, Case one, String direction, @Nullable String trouble) {
        if (trouble != null) {
            failures.add(one.name() + ", " + direction + ": " + trouble);
        }
    }

    private static void compareKeys(Case one, Branch official, Branch ours, Set<String> differences) {
        if (!official.resourceId().equals(ours.resourceId())) {
            differences.add(one.name() + " resource id: " + official.resourceId() + " and ours " + ours.resourceId());
        }
        Set<String> officialRows = PeerContract.rowsOf(String.join(";", official.lockKeys()));
        Set<String> ourRows = PeerContract.rowsOf(String.join(";", ours.lockKeys()));
        if (!officialRows.equals(ourRows)) {
            differences.add(one.name() + " lock keys: " + officialRows + " and ours " + ourRows);
        }
    }

    /** What was seen between writing and taking back. */
    private static final class Written {
        private @Nullable UndoRow row;
        private @Nullable Branch branch;

        UndoRow row() {
            return Objects.requireNonNull(row, "nothing was written");
        }

        Branch branch() {
            return Objects.requireNonNull(branch, "nothing was written");
        }
    }

    /** Null if every cell is as before and nothing is left in undo_log; otherwise what went wrong. */
    private @Nullable String writtenAndTakenBack(Case one, FleetMember writer, FleetMember undoer, Written seen)
            throws SQLException {
        for (String table : one.tables()) {
            plain(List.of("DROP TABLE IF EXISTS " + table));
        }
        plain(one.setup());
        plain(List.of("DELETE FROM undo_log"));
        List<String> before = look(one);
        try {
            seen.branch = writer.write(XID, BRANCH, one.work());
            if (look(one).equals(before)) {
                return "changes nothing";
            }
            try (Connection connection = database.connect()) {
                seen.row = UndoRow.only(connection);
            }
            undoer.rollBack(XID, BRANCH);
        } catch (Exception | LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message =
                    String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            return cause.getClass().getSimpleName() + " " + message.substring(0, Math.min(100, message.length()));
        }
        List<String> after = look(one);
        return after.equals(before) ? null : "left " + after + " instead of " + before;
    }

    private List<String> look(Case one) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String table : one.tables()) {
                try (ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
                    while (result.next()) {
                        StringBuilder row = new StringBuilder();
                        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                            row.append(
                                            isBinary(result.getMetaData().getColumnType(i))
                                                    ? hexadecimal(result.getBytes(i))
                                                    : result.getString(i))
                                    .append(" | ");
                        }
                        rows.add(row.toString());
                    }
                }
            }
        }
        Collections.sort(rows);
        return rows;
    }

    private static boolean isBinary(int jdbcType) {
        return List.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB)
                .contains(jdbcType);
    }

    private static @Nullable String hexadecimal(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    private void plain(List<String> statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
