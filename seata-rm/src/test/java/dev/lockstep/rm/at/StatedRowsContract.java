package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INSERTs that leave no doubt of their rows are not read afterwards, and their undo logs are those of rows that were. */
abstract class StatedRowsContract {

    private static final int TABLES = 4 * Integer.getInteger("lockstep.random.factor", 1);
    private static final int ROWS_PER_TABLE = 12;

    private static final String INSERT = "INSERT INTO orders (id, customer, item, price) VALUES (?, ?, ?, ?)";

    private final Rigs rigs;
    private @Nullable Rig opened;

    StatedRowsContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** Types that others do not know. */
    abstract List<String> moreTypes();

    /** Whether a DECIMAL is known to be stored with all digits of its column. */
    boolean fillsUpDecimals() {
        return true;
    }

    /** What a session is told that shall take what does not fit; empty where none does. */
    String careless() {
        return "";
    }

    private Rig rig() {
        return Objects.requireNonNull(opened);
    }

    @BeforeEach
    void openRig() throws SQLException {
        opened = rigs.open();
        rig().plain(
                        "CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, customer VARCHAR(64) NOT NULL, item INT NOT NULL,"
                                + " price DECIMAL(10, 2) NOT NULL)");
    }

    @AfterEach
    void closeRig() throws SQLException {
        if (opened != null) {
            opened.close();
        }
    }

    private static void bind(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, "customer " + id);
        insert.setInt(3, 3);
        insert.setBigDecimal(4, new BigDecimal("10.00"));
    }

    private void insertBatch(PreparedStatement insert, int rows) throws SQLException {
        for (int id = 1; id <= rows; id++) {
            bind(insert, id);
            insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(rows);
    }

    private Stream<String> queriesOfOrders() {
        return rig().raw.executed().stream()
                .filter(sql -> sql.startsWith("SELECT")
                        && sql.toLowerCase(Locale.ROOT).contains("orders")
                        && !sql.contains("1 = 0"));
    }

    @Test
    void a_row_whose_every_value_is_stated_is_not_read() throws Exception {
        rig().rolledBack(() -> {
            try (Connection connection = rig().managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement(INSERT)) {
                bind(insert, 1);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            assertThat(rig().number("SELECT COUNT(*) FROM orders")).isEqualTo(1);
            rig().raw.executed().remove("SELECT COUNT(*) FROM orders");
            assertThat(queriesOfOrders()).isEmpty();
        });
        assertThat(rig().number("SELECT COUNT(*) FROM orders")).isZero();
    }

    @Test
    void nor_are_those_of_a_batch() throws Exception {
        rig().rolledBack(() -> {
            try (Connection connection = rig().managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insertBatch(insert, 20);
            }
            assertThat(queriesOfOrders()).isEmpty();
            assertThat(rig().tc.locks()).hasSize(20);
        });
        assertThat(rig().number("SELECT COUNT(*) FROM orders")).isZero();
    }

    /** MariaDB's driver gives no counts then. */
    @Test
    void a_batch_of_a_statement_prepared_outside_is_undone() throws Exception {
        try (Connection connection = rig().managed.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            rig().rolledBack(() -> insertBatch(insert, 20));
        }
        assertThat(rig().number("SELECT COUNT(*) FROM orders")).isZero();
    }

    @Test
    void a_row_that_leaves_something_to_the_database_is_read() throws Exception {
        rig().plain("CREATE TABLE made (id INT PRIMARY KEY, name VARCHAR(9), made INT DEFAULT 7)");
        rig().rolledBack(() -> {
            rig().update("INSERT INTO made (id, name) VALUES (?, ?)", 1, "one");
            assertThat(undoLog()).contains("\"value\":7");
        });
    }

    @Test
    void a_decimal_of_fewer_digits_than_its_column_is_not_read_where_the_database_fills_it_up() throws Exception {
        rig().rolledBack(() -> {
            try (Connection connection = rig().managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement(INSERT)) {
                bind(insert, 1);
                insert.setBigDecimal(4, BigDecimal.TEN);
                insert.executeUpdate();
            }
            assertThat(queriesOfOrders().toList()).hasSize(fillsUpDecimals() ? 0 : 1);
        });
        assertThat(rig().number("SELECT COUNT(*) FROM orders")).isZero();
    }

    /** What a statement is bound, and how. */
    private record Value(Setter setter, @Nullable Object object) {
        private interface Setter {
            void bind(PreparedStatement statement, int index, @Nullable Object object) throws SQLException;
        }

        @Override
        public String toString() {
            return object + (object == null ? "" : " (" + object.getClass().getSimpleName() + ")");
        }
    }

    @Test
    void what_is_worked_out_is_what_would_have_been_read() throws Exception {
        long seed = Long.getLong("lockstep.seed", new Random().nextLong());
        System.out.println("StatedRowsContract seed " + seed);
        Random random = new Random(seed);
        List<String> types = new ArrayList<>(
                List.of("INT", "BIGINT", "SMALLINT", "DECIMAL(10, 2)", "NUMERIC(5)", "DECIMAL(8, 8)", "VARCHAR(6)"));
        types.addAll(moreTypes());
        for (int t = 0; t < TABLES; t++) {
            String first = types.get(random.nextInt(types.size()));
            String second = types.get(random.nextInt(types.size()));
            rig().plain("CREATE TABLE stated" + t + " (id INT PRIMARY KEY, a " + first + ", b " + second + ")");
            for (int id = 1; id <= ROWS_PER_TABLE; id++) {
                List<Value> values = List.of(value(random, first), value(random, second));
                String sql = "INSERT INTO stated" + t + " (b, id, a) VALUES (?, ?, ?)";
                boolean careless = random.nextBoolean();
                String read = undoLogOf(sql, id, values, careless, Statement.RETURN_GENERATED_KEYS);
                String workedOut = undoLogOf(sql, id, values, careless, Statement.NO_GENERATED_KEYS);
                assertThat(workedOut)
                        .as("seed %d: a %s, b %s: %s", seed, first, second, values)
                        .isEqualTo(read);
            }
        }
    }

    /** Mostly one that fits. */
    private static Value value(Random random, String type) {
        boolean text = type.startsWith("VARCHAR") || type.startsWith("TEXT");
        int kind = random.nextInt(10) > 0
                ? text ? 3 : type.startsWith("D") || type.startsWith("N") ? 2 : 0
                : random.nextInt(5);
        return switch (kind) {
            case 0 -> number(random, random.nextBoolean() ? random.nextInt(200) - 50 : edge(random));
            case 1 -> new Value((s, i, o) -> s.setNull(i, text ? Types.VARCHAR : Types.INTEGER), null);
            case 2 -> decimal(random, anyDecimal(random));
            case 3 -> text(random);
            default -> new Value(PreparedStatement::setObject, random.nextInt() / 7.0);
        };
    }

    private static long edge(Random random) {
        long power = 1L << random.nextInt(63);
        return (random.nextBoolean() ? power : -power) + random.nextInt(3) - 1;
    }

    private static Value number(Random random, long number) {
        return switch (random.nextInt(4)) {
            case 0 -> new Value((s, i, o) -> s.setInt(i, (int) number), (int) number);
            case 1 -> new Value(PreparedStatement::setObject, number);
            case 2 -> new Value((s, i, o) -> s.setString(i, String.valueOf(o)), number);
            default -> new Value((s, i, o) -> s.setLong(i, number), number);
        };
    }

    /** Of any scale, also with noughts before the point that are not written out; at times with too many digits. */
    private static BigDecimal anyDecimal(Random random) {
        int digits = random.nextInt(4) > 0 ? 4 : random.nextInt(11);
        long bound = (long) Math.pow(10, digits);
        return BigDecimal.valueOf(random.nextLong(2 * bound) - bound, random.nextInt(6) - 1);
    }

    private static Value decimal(Random random, BigDecimal number) {
        return random.nextBoolean()
                ? new Value(PreparedStatement::setObject, number)
                : new Value((s, i, o) -> s.setBigDecimal(i, number), number);
    }

    private static Value text(Random random) {
        StringBuilder text = new StringBuilder();
        String letters = "aZ0 '\"\\%~@[|}`é中";
        for (int length = random.nextInt(8); length > 0; length--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return random.nextBoolean()
                ? new Value((s, i, o) -> s.setString(i, text.toString()), text.toString())
                : new Value(PreparedStatement::setObject, text.toString());
    }

    /** The undo log of an INSERT that is rolled back again, xid and branch id aside; or why there is none. */
    private String undoLogOf(String sql, int id, List<Value> values, boolean careless, int keys) {
        AtomicReference<String> seen = new AtomicReference<>("");
        rig().rolledBack(() -> {
            try (Connection connection = rig().managed.getConnection()) {
                if (careless && !careless().isEmpty()) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(careless());
                    }
                }
                try (PreparedStatement insert = connection.prepareStatement(sql, keys)) {
                    Value a = values.get(0);
                    Value b = values.get(1);
                    b.setter.bind(insert, 1, b.object);
                    insert.setInt(2, id);
                    a.setter.bind(insert, 3, a.object);
                    insert.executeUpdate();
                    seen.set(undoLog());
                } catch (SQLException refused) {
                    seen.set("refused: " + refused.getSQLState());
                }
            }
        });
        return seen.get();
    }

    private String undoLog() throws SQLException {
        try (Connection connection = rig().raw.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT rollback_info FROM undo_log WHERE log_status = 0")) {
            assertThat(row.next()).isTrue();
            return new String(row.getBytes(1), StandardCharsets.UTF_8)
                    .replaceFirst("\"xid\":\"[^\"]*\"", "")
                    .replaceFirst("\"branchId\":[0-9]+", "");
        }
    }
}
