package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Random tables, rows and statements: rolled back, every cell is as before. The seed of a failure is in its message; run it
 * again with {@code -Dlockstep.seed=...}.
 */
final class RandomTransactions {

    private static final int TABLES = 8 * Integer.getInteger("lockstep.random.factor", 1);
    private static final int TRANSACTIONS_PER_TABLE = 16;

    /** A column type: how it is declared, and how a value of it is made up. */
    record Type(String declaration, Function<Random, Object> value) {}

    /**
     * What one database understands.
     *
     * @param types of columns
     * @param limit what may end an UPDATE, or nothing
     * @param identity of a key column that the database fills from a number above all that are given
     * @param unnamed columns that no statement names
     * @param options behind the table's definition
     */
    record Vocabulary(List<Type> types, String limit, String identity, String unnamed, String options) {}

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
            new Type("BIGINT UNSIGNED", random -> new java.math.BigInteger(64, random)),
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

    static final Vocabulary OF_H2 =
            new Vocabulary(H2, " LIMIT 2", "GENERATED BY DEFAULT AS IDENTITY(START WITH 500)", "", "");

    static final Vocabulary OF_POSTGRESQL =
            new Vocabulary(POSTGRESQL, "", "GENERATED BY DEFAULT AS IDENTITY(START WITH 500)", "", "");

    static final Vocabulary OF_MYSQL = new Vocabulary(
            MYSQL,
            " ORDER BY part, id LIMIT 2",
            "AUTO_INCREMENT",
            ", kept INT AS (part + 1) STORED, computed INT AS (part + 2) VIRTUAL, hidden INT INVISIBLE DEFAULT 7,"
                    + " touched DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
            " AUTO_INCREMENT = 1000000");

    private RandomTransactions() {}

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(16)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Runs them all in a database that holds none of their tables yet. */
    static void run(Rig rig, Vocabulary vocabulary) throws SQLException {
        long seed = Long.getLong("lockstep.seed", new Random().nextLong());
        System.out.println("RandomTransactions seed " + seed);
        Random random = new Random(seed);
        for (int table = 0; table < TABLES; table++) {
            Case one = new Case(rig, vocabulary, random, "t" + table);
            for (int i = 0; i < TRANSACTIONS_PER_TABLE; i++) {
                one.run(seed);
            }
        }
    }

    /** One table and what is done to it. */
    private static final class Case {
        private final Vocabulary vocabulary;
        private final Rig rig;
        private final Random random;
        private final String table;
        private final boolean identity;
        private final boolean composite;
        private final List<Type> types = new ArrayList<>();
        private final List<String> done = new ArrayList<>();
        private int nextKey = 1000;

        Case(Rig rig, Vocabulary vocabulary, Random random, String table) throws SQLException {
            this.vocabulary = vocabulary;
            this.rig = rig;
            this.random = random;
            this.table = table;
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
            rig.plain(ddl + ", PRIMARY KEY (" + (composite ? "id, part" : "id") + "))" + vocabulary.options());
            for (int id = 1; id <= 12; id++) {
                insertRaw(id);
            }
        }

        private void insertRaw(int id) throws SQLException {
            try (Connection connection = rig.raw.getConnection()) {
                insert(connection, id);
            }
        }

        void run(long seed) throws SQLException {
            List<List<@Nullable String>> before = rows();
            done.clear();
            rig.rolledBack(() -> {
                for (int branch = 1 + random.nextInt(3); branch > 0; branch--) {
                    branch();
                }
            });
            assertThat(rows()).as("seed %d, table %s, %s", seed, table, done).isEqualTo(before);
            assertThat(rig.undoLogs()).isZero();
        }

        private List<List<@Nullable String>> rows() throws SQLException {
            return rig.rows("SELECT * FROM " + table + " ORDER BY id, part");
        }

        private void branch() throws SQLException {
            try (Connection connection = rig.managed.getConnection()) {
                if (random.nextInt(3) == 0) {
                    note("autocommit");
                    statement(connection);
                    return;
                }
                connection.setAutoCommit(false);
                Map<Integer, Savepoint> savepoints = new HashMap<>();
                for (int i = 1 + random.nextInt(6); i > 0; i--) {
                    int chance = random.nextInt(10);
                    if (chance == 0) {
                        note("savepoint");
                        savepoints.put(savepoints.size(), connection.setSavepoint());
                    } else if (chance == 1 && !savepoints.isEmpty()) {
                        int last = savepoints.size() - 1;
                        note("rollback to savepoint " + last);
                        connection.rollback(savepoints.get(last));
                    } else {
                        statement(connection);
                    }
                }
                if (random.nextInt(8) == 0) {
                    note("local rollback");
                    connection.rollback();
                } else {
                    note("commit");
                    connection.commit();
                }
            }
        }

        private void note(String what) {
            done.add(what);
        }

        private void statement(Connection connection) throws SQLException {
            switch (random.nextInt(8)) {
                case 0, 1 -> insert(connection, nextKey++);
                case 2 -> insertBatch(connection);
                case 3 -> update(connection, "id < ?", random.nextInt(15));
                case 4 -> update(connection, "id = ?", random.nextInt(15));
                case 5 -> updateBatch(connection);
                case 6 -> delete(connection);
                default -> plainStatement(connection);
            }
        }

        private void insert(Connection connection, int id) throws SQLException {
            boolean withoutKey = identity && id >= 1000 && random.nextBoolean();
            try (PreparedStatement insert = prepareInsert(connection, withoutKey)) {
                bind(insert, withoutKey, id);
                insert.executeUpdate();
            }
        }

        private PreparedStatement prepareInsert(Connection connection, boolean withoutKey) throws SQLException {
            StringBuilder columns = new StringBuilder(withoutKey ? "part" : "id, part");
            for (int i = 0; i < types.size(); i++) {
                columns.append(", c").append(i);
            }
            String sql = "INSERT INTO " + table + " (" + columns + ") VALUES (?"
                    + ", ?".repeat(types.size() + (withoutKey ? 0 : 1)) + ")";
            note(sql);
            return connection.prepareStatement(sql);
        }

        private void bind(PreparedStatement insert, boolean withoutKey, int id) throws SQLException {
            int index = 1;
            if (!withoutKey) {
                insert.setInt(index++, id);
            }
            insert.setInt(index++, composite ? id % 3 : 1);
            for (Type type : types) {
                insert.setObject(index++, value(type));
            }
        }

        private @Nullable Object value(Type type) {
            return random.nextInt(6) == 0 ? null : type.value().apply(random);
        }

        private void insertBatch(Connection connection) throws SQLException {
            boolean withoutKey = identity && random.nextBoolean();
            try (PreparedStatement insert = prepareInsert(connection, withoutKey)) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bind(insert, withoutKey, nextKey++);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }

        private String updateSql(String where) {
            StringBuilder set = new StringBuilder();
            for (int i = 0; i < types.size(); i++) {
                if (set.isEmpty() || random.nextBoolean()) {
                    set.append(set.isEmpty() ? "" : ", ").append('c').append(i).append(" = ?");
                }
            }
            String sql = "UPDATE " + table + " SET " + set + " WHERE " + where;
            note(sql);
            return sql;
        }

        private void bindUpdate(PreparedStatement update, String sql, int limit) throws SQLException {
            int index = 1;
            for (int i = 0; i < types.size(); i++) {
                if (sql.contains("c" + i + " = ?")) {
                    update.setObject(index++, value(types.get(i)));
                }
            }
            update.setInt(index, limit);
        }

        private void update(Connection connection, String where, int limit) throws SQLException {
            String sql = updateSql(where);
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    bindUpdate(update, sql, limit);
                    update.executeUpdate();
                }
            }
        }

        private void updateBatch(Connection connection) throws SQLException {
            String sql = updateSql("id > ? OR c0 IS NULL");
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    bindUpdate(update, sql, random.nextInt(15));
                    update.addBatch();
                }
                update.executeBatch();
            }
        }

        private void delete(Connection connection) throws SQLException {
            String sql = "DELETE FROM " + table + " WHERE id BETWEEN ? AND ?";
            note(sql);
            try (PreparedStatement delete = connection.prepareStatement(sql)) {
                int from = random.nextInt(15);
                delete.setInt(1, from);
                delete.setInt(2, from + random.nextInt(4));
                delete.executeUpdate();
            }
        }

        private void plainStatement(Connection connection) throws SQLException {
            String sql = switch (random.nextInt(5)) {
                case 0 -> "UPDATE " + table + " AS x SET c0 = NULL WHERE x.id IN (1, 3, 5)";
                case 1 -> "DELETE FROM " + table + " WHERE id = (SELECT MAX(id) FROM " + table + ")";
                case 2 -> "UPDATE " + table + " SET c0 = NULL WHERE id > 3" + vocabulary.limit();
                case 3 ->
                    "INSERT INTO " + table + " (id, part) VALUES (" + nextKey++ + ", 1), (" + nextKey++ + ", DEFAULT)";
                default -> "DELETE FROM " + table;
            };
            note(sql);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
