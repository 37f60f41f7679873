package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.RandomStep.How;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random tables, rows and statements: rolled back, every cell is as before. A failure shows the table, the seed, and no more
 * steps than it needs; all are run again with {@code -Dlockstep.seed=...}.
 */
final class RandomTransactions {

    /** How many transactions a database runs in one pass; a driver that works otherwise runs a part of them. */
    static final int ALL = 300;

    private static final int FACTOR = Integer.getInteger("lockstep.random.factor", 1);
    /** A new table costs more than a transaction. */
    private static final int TRANSACTIONS_PER_TABLE = 25;

    /** Rows that others refer to: keys that are in the tables, and some that are not. */
    private static final String[] HELPER = {
        "CREATE TABLE helper (k INT PRIMARY KEY, v INT)",
        "INSERT INTO helper VALUES (2, 20), (5, 50), (7, 70), (11, 110), (40, 400)"
    };

    /** A column type: how it is declared, and how a value of it is made up. */
    record Type(String declaration, Function<Random, Object> value) {}

    /**
     * What one database understands.
     *
     * @param types of columns
     * @param forms texts by what they show: {@code %t} is the table, {@code %k} its key, {@code %i} the key of a row that may
     *     be there and {@code %p} the part of that key, {@code %n} a number that is no key yet
     * @param identity of a key column that the database fills from a number above all that are given
     * @param unnamed columns that no statement names
     * @param options behind the table's definition
     */
    record Vocabulary(List<Type> types, Map<String, String> forms, String identity, String unnamed, String options) {}

    private static final List<Type> H2 = List.of(
            new Type("INT", random -> random.nextInt(20) - 10),
            new Type("BIGINT", Random::nextLong),
            new Type("DECIMAL(20, 4)", random -> java.math.BigDecimal.valueOf(random.nextInt(), 4)),
            new Type("DOUBLE PRECISION", Random::nextGaussian),
            new Type("REAL", Random::nextFloat),
            new Type("BOOLEAN", Random::nextBoolean),
            new Type("VARCHAR(50)", random -> "v'\"\\;,:?" + random.nextInt(30)),
            new Type("CHAR(6)", random -> "c" + random.nextInt(99)),
            new Type("VARBINARY(16)", RandomTransactions::bytes),
            new Type("CHARACTER LARGE OBJECT", random -> "x".repeat(random.nextInt(600))),
            new Type("BINARY LARGE OBJECT", RandomTransactions::bytes),
            new Type("DATE", random -> java.time.LocalDate.ofEpochDay(random.nextInt(60_000) - 30_000)),
            new Type("TIME(9)", random -> java.time.LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L))),
            new Type(
                    "TIMESTAMP(9)",
                    random -> java.time.LocalDateTime.ofEpochSecond(
                            random.nextInt(), random.nextInt(1_000_000_000), java.time.ZoneOffset.UTC)),
            new Type("UUID", random -> new java.util.UUID(random.nextLong(), random.nextLong())));

    private static final List<Type> POSTGRESQL = List.of(
            new Type("INT", random -> random.nextInt(20) - 10),
            new Type("BIGINT", Random::nextLong),
            new Type("DECIMAL(20, 4)", random -> java.math.BigDecimal.valueOf(random.nextInt(), 4)),
            new Type("DOUBLE PRECISION", Random::nextGaussian),
            new Type("REAL", Random::nextFloat),
            new Type("BOOLEAN", Random::nextBoolean),
            new Type("VARCHAR(50)", random -> "v'\"\\;,:?" + random.nextInt(30)),
            new Type("CHAR(6)", random -> "c" + random.nextInt(99)),
            new Type("BYTEA", RandomTransactions::bytes),
            new Type("TEXT", random -> "x".repeat(random.nextInt(600))),
            new Type("DATE", random -> java.time.LocalDate.ofEpochDay(random.nextInt(60_000) - 30_000)),
            new Type("TIME(6)", random -> java.time.LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L))),
            new Type(
                    "TIMESTAMP(6)",
                    random -> java.time.LocalDateTime.ofEpochSecond(
                            random.nextInt(), random.nextInt(1_000_000_000), java.time.ZoneOffset.UTC)),
            new Type(
                    "TIMESTAMP WITH TIME ZONE",
                    random -> java.time.OffsetDateTime.of(
                            java.time.LocalDateTime.ofEpochSecond(random.nextInt(), 1000, java.time.ZoneOffset.UTC),
                            java.time.ZoneOffset.ofHours(random.nextInt(12)))),
            new Type("NUMERIC", random -> new java.math.BigDecimal(random.nextInt() + "E" + random.nextInt(9))),
            new Type("UUID", random -> new java.util.UUID(random.nextLong(), random.nextLong())));

    private static final List<Type> MYSQL = List.of(
            new Type("INT", random -> random.nextInt(20) - 10),
            new Type("BIGINT", Random::nextLong),
            new Type("BIGINT UNSIGNED", random -> new java.math.BigDecimal(new java.math.BigInteger(64, random))),
            new Type("DECIMAL(20, 4)", random -> java.math.BigDecimal.valueOf(random.nextInt(), 4)),
            new Type("DOUBLE", Random::nextGaussian),
            new Type("FLOAT", Random::nextFloat),
            new Type("BOOLEAN", random -> random.nextInt(256) - 128),
            new Type("BIT(9)", random -> random.nextInt(512)),
            new Type("YEAR", random -> 1901 + random.nextInt(200)),
            new Type("VARCHAR(50)", random -> "v'\"\\;,:? " + random.nextInt(30)),
            new Type("CHAR(6)", random -> "c" + random.nextInt(99)),
            new Type("VARBINARY(16)", RandomTransactions::bytes),
            new Type("BINARY(16)", RandomTransactions::bytes),
            new Type("TEXT", random -> "x".repeat(random.nextInt(600))),
            new Type("BLOB", RandomTransactions::bytes),
            new Type("ENUM('a', 'b b', 'c')", random -> List.of("a", "b b", "c").get(random.nextInt(3))),
            new Type("SET('a', 'b')", random -> List.of("", "a", "a,b").get(random.nextInt(3))),
            new Type("JSON", random -> "{\"n\": " + random.nextInt() + ", \"t\": \"\\\"" + random.nextInt(9) + "\"}"),
            new Type("DATE", random -> java.time.LocalDate.ofEpochDay(random.nextInt(60_000) - 30_000)),
            new Type("TIME(6)", random -> java.time.LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000)),
            new Type(
                    "DATETIME(6)",
                    random -> java.time.LocalDateTime.ofEpochSecond(
                            random.nextInt(), random.nextInt(1_000_000) * 1000, java.time.ZoneOffset.UTC)),
            new Type(
                    "TIMESTAMP NULL",
                    random -> java.time.LocalDateTime.ofEpochSecond(
                            1_000_000 + random.nextInt(1_000_000_000), 0, java.time.ZoneOffset.UTC)));

    private static final Map<String, String> COMMON = Map.of(
            "update by alias", "UPDATE %t AS x SET c0 = NULL WHERE x.id IN (1, 3, %i)",
            "delete by subquery", "DELETE FROM %t WHERE id = (SELECT MAX(id) FROM %t)",
            "update by subquery", "UPDATE %t SET c0 = NULL WHERE id IN (SELECT k FROM helper WHERE v > %i0)",
            "insert of rows", "INSERT INTO %t (id, part) VALUES (%n, 1), (%n, DEFAULT)",
            "delete of all", "DELETE FROM %t",
            "key set to itself", "UPDATE %t SET id = id, c0 = NULL WHERE id = %i");

    private static final Map<String, String> CONFLICTS = Map.of(
            "upsert", "INSERT INTO %t (id, part) VALUES (%i, %p), (%n, 1) ON CONFLICT (%k) DO UPDATE SET c0 = NULL",
            "upsert left out", "INSERT INTO %t (id, part) VALUES (%i, %p), (%n, 1) ON CONFLICT DO NOTHING");

    private static final Map<String, String> DUPLICATES = Map.of(
            "upsert", "INSERT INTO %t (id, part) VALUES (%i, %p), (%n, 1) ON DUPLICATE KEY UPDATE c0 = NULL",
            "upsert left out", "INSERT IGNORE INTO %t (id, part) VALUES (%i, %p), (%n, 1)",
            "replacement", "REPLACE INTO %t (id, part) VALUES (%i, %p), (%n, 1)");

    private static final Map<String, String> QUERIED =
            Map.of("insert from query", "INSERT INTO %t (id, part) SELECT k + %n00, v FROM helper WHERE k > %i");

    private static final String H2_IDENTITY = "GENERATED BY DEFAULT AS IDENTITY(START WITH 500000)";

    private static final Map<String, String> LIMITED = Map.of("limit", "UPDATE %t SET c0 = NULL WHERE id > 3 LIMIT 2");

    static final Vocabulary OF_H2 = new Vocabulary(
            H2,
            together(
                    COMMON,
                    QUERIED,
                    LIMITED,
                    Map.of("upsert", "MERGE INTO %t (id, part) KEY (%k) VALUES (%i, %p), (%n, 1)")),
            H2_IDENTITY,
            "",
            "");

    static final Vocabulary OF_H2_LIKE_MYSQL =
            new Vocabulary(H2, together(COMMON, QUERIED, LIMITED, DUPLICATES), H2_IDENTITY, "", "");

    static final Vocabulary OF_H2_LIKE_POSTGRESQL = new Vocabulary(
            H2,
            together(
                    COMMON,
                    QUERIED,
                    LIMITED,
                    Map.of(
                            "upsert left out",
                            "INSERT INTO %t (id, part) VALUES (%i, %p), (%n, 1) ON CONFLICT DO NOTHING")),
            H2_IDENTITY,
            "",
            "");

    static final Vocabulary OF_POSTGRESQL = new Vocabulary(
            POSTGRESQL,
            together(
                    COMMON,
                    QUERIED,
                    CONFLICTS,
                    Map.of(
                            "update of a join", "UPDATE %t AS x SET c0 = NULL FROM helper h WHERE h.k = x.id",
                            "delete by a join", "DELETE FROM %t x USING helper h WHERE h.k = x.id AND h.v > %i0",
                            "update behind with",
                                    "WITH w AS (SELECT k FROM helper) UPDATE %t SET c0 = NULL WHERE id IN (SELECT k FROM w)",
                            "insert returning", "INSERT INTO %t (id, part) VALUES (%n, 1), (%n, 2) RETURNING part",
                            "update returning", "UPDATE %t SET c0 = NULL WHERE id < %i RETURNING id, c0",
                            "delete returning", "DELETE FROM %t WHERE id = %i RETURNING *")),
            "GENERATED BY DEFAULT AS IDENTITY(START WITH 500000)",
            "",
            "");

    private static final Map<String, String> OF_BOTH = together(
            COMMON,
            DUPLICATES,
            Map.of(
                    "limit", "UPDATE %t SET c0 = NULL WHERE id > 3 ORDER BY part, id LIMIT 2",
                    "delete with limit", "DELETE FROM %t ORDER BY id DESC LIMIT 2",
                    "insert by assignments", "INSERT INTO %t SET id = %n, part = 2",
                    "update of a join", "UPDATE %t x JOIN helper h ON h.k = x.id SET x.c0 = NULL WHERE h.v > %i0",
                    "delete by a join", "DELETE x FROM %t x JOIN helper h ON h.k = x.id WHERE h.v > %i0"));

    private static final String UNNAMED_OF_MYSQL =
            ", kept INT AS (part + 1) STORED, computed INT AS (part + 2) VIRTUAL, hidden INT INVISIBLE DEFAULT 7,"
                    + " touched DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)";

    static final Vocabulary OF_MYSQL = new Vocabulary(
            MYSQL,
            together(
                    OF_BOTH,
                    Map.of(
                            "update behind with",
                            "WITH w AS (SELECT k FROM helper) UPDATE %t SET c0 = NULL WHERE id IN (SELECT k FROM w)")),
            "AUTO_INCREMENT",
            UNNAMED_OF_MYSQL,
            " AUTO_INCREMENT = 1000000");

    static final Vocabulary OF_MARIADB = new Vocabulary(
            MYSQL,
            together(
                    OF_BOTH,
                    Map.of(
                            "insert returning", "INSERT INTO %t (id, part) VALUES (%n, 1), (%n, 2) RETURNING part",
                            "delete returning", "DELETE FROM %t WHERE id = %i RETURNING id, part")),
            "AUTO_INCREMENT",
            UNNAMED_OF_MYSQL,
            " AUTO_INCREMENT = 1000000");

    @SafeVarargs
    private static Map<String, String> together(Map<String, String>... forms) {
        Map<String, String> all = new TreeMap<>();
        for (Map<String, String> some : forms) {
            all.putAll(some);
        }
        return all;
    }

    private RandomTransactions() {}

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(16)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Runs so many, in a database that holds none of their tables yet, and prints which forms occurred. */
    static void run(Rig rig, Vocabulary vocabulary, int transactions) throws SQLException {
        long seed = Long.getLong("lockstep.seed", new Random().nextLong());
        Random random = new Random(seed);
        Map<String, Integer> forms = new TreeMap<>();
        rig.plain(HELPER);
        int left = transactions * FACTOR;
        for (int table = 0; left > 0; table++) {
            Case one = new Case(rig, vocabulary, random, "t" + table, seed);
            for (int i = 0; i < TRANSACTIONS_PER_TABLE && left > 0; i++, left--) {
                one.run(forms);
            }
            rig.plain("DROP TABLE t" + table);
        }
        System.out.println("RandomTransactions seed " + seed + ", " + transactions * FACTOR
                + " transactions, steps by form " + forms);
        if (transactions >= ALL) { // in fewer a rare form may be missing by chance
            assertThat(forms.keySet()).as("forms that occurred, seed %d", seed).containsAll(Case.everyForm(vocabulary));
        }
    }

    /** One table and what is done to it. */
    private static final class Case {
        private final Vocabulary vocabulary;
        private final Rig rig;
        private final Random random;
        private final String table;
        private final long seed;
        private final boolean identity;
        private final boolean composite;
        private final List<Type> types = new ArrayList<>();
        private final List<String> texts;
        private final RandomStep content;
        private final String definition;
        private final List<List<@Nullable String>> before;
        private int nextKey = 1000;

        Case(Rig rig, Vocabulary vocabulary, Random random, String table, long seed) throws SQLException {
            this.vocabulary = vocabulary;
            this.rig = rig;
            this.random = random;
            this.table = table;
            this.seed = seed;
            this.texts = List.copyOf(vocabulary.forms().keySet());
            this.identity = random.nextBoolean();
            this.composite = !identity && random.nextBoolean();
            StringBuilder ddl = new StringBuilder("CREATE TABLE " + table + " (id INT "
                    + (identity ? vocabulary.identity() : "NOT NULL")
                    + ", part INT DEFAULT 1" + vocabulary.unnamed());
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                Type type =
                        vocabulary.types().get(random.nextInt(vocabulary.types().size()));
                ddl.append(", c").append(types.size()).append(' ').append(type.declaration());
                types.add(type);
            }
            this.definition = ddl + ", PRIMARY KEY (" + key() + "))" + vocabulary.options();
            rig.plain(definition);
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int id = 1; id <= 12; id++) {
                rows.add(row(false, id));
            }
            this.content = new RandomStep("content", How.PREPARED, insertSql(false), rows);
            fill();
            this.before = rows();
        }

        private void fill() throws SQLException {
            RandomStep.run(rig, List.of(content));
        }

        private String key() {
            return composite ? "id, part" : "id";
        }

        /** What every vocabulary can say. */
        static Set<String> everyForm(Vocabulary vocabulary) {
            Set<String> forms = new TreeSet<>(vocabulary.forms().keySet());
            forms.addAll(List.of(
                    "insert", "insert in a batch", "update", "update in a batch", "delete", "texts in a batch"));
            for (How how : List.of(
                    How.AUTOCOMMIT,
                    How.LOCALLY,
                    How.COMMIT,
                    How.ROLLBACK,
                    How.SAVEPOINT,
                    How.ROLLBACK_TO_SAVEPOINT,
                    How.RELEASE_SAVEPOINT)) {
                forms.add(how.name());
            }
            return forms;
        }

        void run(Map<String, Integer> forms) throws SQLException {
            List<RandomStep> steps = new ArrayList<>();
            for (int branch = 1 + random.nextInt(3); branch > 0; branch--) {
                addBranch(steps);
            }
            steps.forEach(step -> forms.merge(step.form(), 1, Integer::sum));
            Optional<Throwable> failure = failureOf(steps);
            if (failure.isPresent()) {
                List<RandomStep> few =
                        Shrinker.shrunk(steps, some -> failureOf(some).isPresent());
                throw new AssertionError(
                        "Not as before, seed " + seed + ":\n    " + definition + content
                                + "\nand these steps, rolled back:" + few,
                        failureOf(few).orElse(failure.get()));
            }
        }

        /** What is wrong after these steps were rolled back; then the table is filled anew. */
        private Optional<Throwable> failureOf(List<RandomStep> steps) {
            try {
                rig.rolledBack(() -> RandomStep.run(rig, steps));
                assertThat(rows()).isEqualTo(before);
                assertThat(rig.undoLogs()).isZero();
                return Optional.empty();
            } catch (SQLException | RuntimeException | AssertionError wrong) {
                try {
                    rig.plain("DELETE FROM " + table, "DELETE FROM undo_log");
                    fill();
                } catch (SQLException e) {
                    wrong.addSuppressed(e);
                }
                return Optional.of(wrong);
            }
        }

        private List<List<@Nullable String>> rows() throws SQLException {
            return rig.rows("SELECT * FROM " + table + " ORDER BY id, part");
        }

        // ---- steps

        private void addBranch(List<RandomStep> steps) {
            if (random.nextInt(3) == 0) {
                steps.add(RandomStep.of(How.AUTOCOMMIT));
                steps.add(statement());
                return;
            }
            steps.add(RandomStep.of(How.LOCALLY));
            int savepoints = 0;
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                int chance = random.nextInt(10);
                if (chance == 0) {
                    steps.add(RandomStep.savepoint(How.SAVEPOINT, "s" + savepoints++));
                    steps.add(statement());
                } else if (chance <= 2 && savepoints > 0) {
                    How how = random.nextBoolean() ? How.RELEASE_SAVEPOINT : How.ROLLBACK_TO_SAVEPOINT;
                    steps.add(RandomStep.savepoint(how, "s" + (savepoints - 1)));
                    savepoints -= how == How.RELEASE_SAVEPOINT ? 1 : 0;
                } else {
                    steps.add(statement());
                }
            }
            steps.add(RandomStep.of(random.nextInt(8) == 0 ? How.ROLLBACK : How.COMMIT));
        }

        private RandomStep statement() {
            return switch (random.nextInt(12)) {
                case 0 -> insert("insert", How.PREPARED, 1);
                case 1 -> insert("insert in a batch", How.BATCH, 1 + random.nextInt(4));
                case 2 -> update("update", How.PREPARED, "id < ?");
                case 3 -> update("update", How.PREPARED, "id = ?");
                case 4 -> update("update in a batch", How.BATCH, "id > ? OR c0 IS NULL");
                case 5 -> delete();
                case 6 ->
                    new RandomStep("texts in a batch", How.BATCH_OF_TEXTS, countable() + "\n" + countable(), List.of());
                default -> {
                    String form = texts.get(random.nextInt(texts.size()));
                    yield RandomStep.plain(form, text(form));
                }
            };
        }

        /** A text that gives a count. */
        private String countable() {
            String form = texts.get(random.nextInt(texts.size()));
            return form.endsWith("returning") ? text("delete by subquery") : text(form);
        }

        private String text(String form) {
            int there = 1 + random.nextInt(14);
            String sql = Objects.requireNonNull(vocabulary.forms().get(form))
                    .replace("%t", table)
                    .replace("%k", key())
                    .replace("%i", String.valueOf(there))
                    .replace("%p", String.valueOf(part(there)));
            while (sql.contains("%n")) {
                sql = sql.replaceFirst("%n", String.valueOf(nextKey++));
            }
            return sql;
        }

        private int part(int id) {
            return composite ? id % 3 : 1;
        }

        private String insertSql(boolean withoutKey) {
            StringBuilder columns = new StringBuilder(withoutKey ? "part" : "id, part");
            for (int i = 0; i < types.size(); i++) {
                columns.append(", c").append(i);
            }
            return "INSERT INTO " + table + " (" + columns + ") VALUES (?"
                    + ", ?".repeat(types.size() + (withoutKey ? 0 : 1)) + ")";
        }

        private List<@Nullable Object> row(boolean withoutKey, int id) {
            List<@Nullable Object> row = new ArrayList<>();
            if (!withoutKey) {
                row.add(id);
            }
            row.add(part(id));
            types.forEach(type -> row.add(value(type)));
            return row;
        }

        private @Nullable Object value(Type type) {
            return random.nextInt(6) == 0 ? null : type.value().apply(random);
        }

        private RandomStep insert(String form, How how, int rows) {
            boolean withoutKey = identity && random.nextBoolean();
            List<List<@Nullable Object>> frames = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                frames.add(row(withoutKey, nextKey++));
            }
            return new RandomStep(form, how, insertSql(withoutKey), frames);
        }

        private RandomStep update(String form, How how, String where) {
            List<Integer> set = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                if (set.isEmpty() || random.nextBoolean()) {
                    set.add(i);
                }
            }
            List<List<@Nullable Object>> frames = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                List<@Nullable Object> frame = new ArrayList<>();
                set.forEach(column -> frame.add(value(types.get(column))));
                frame.add(random.nextInt(15));
                frames.add(frame);
            }
            String assignments =
                    set.stream().map(column -> "c" + column + " = ?").collect(Collectors.joining(", "));
            return new RandomStep(form, how, "UPDATE " + table + " SET " + assignments + " WHERE " + where, frames);
        }

        private RandomStep delete() {
            int from = random.nextInt(15);
            return new RandomStep(
                    "delete",
                    How.PREPARED,
                    "DELETE FROM " + table + " WHERE id BETWEEN ? AND ?",
                    List.of(List.of(from, from + random.nextInt(4))));
        }
    }
}
