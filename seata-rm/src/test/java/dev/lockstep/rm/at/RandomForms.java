package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Random statements of many forms on one table with three unique keys, which they break as often as not: rolled back, every
 * cell is as before. The seed of a failure is in its message; run it again with {@code -Dlockstep.seed=...}.
 */
final class RandomForms {

    private static final int TRANSACTIONS = 25 * Integer.getInteger("lockstep.random.factor", 1);

    /** Forms that every database knows: {@code %rows} are rows, {@code %i} is a number, {@code %s} a text. */
    private static final List<String> COMMON = List.of(
            "INSERT INTO mess (id, a, b, c, n) VALUES %rows",
            "UPDATE mess SET n = n + 1 WHERE id < %i",
            "UPDATE mess SET a = %i, c = %s WHERE id = %i",
            "UPDATE mess SET id = %i WHERE a = %i",
            "UPDATE mess SET b = (SELECT MIN(k) FROM other) WHERE c = %s AND id > %i",
            "DELETE FROM mess WHERE id = %i OR b = %i",
            "DELETE FROM mess WHERE a IN (SELECT k FROM other WHERE k > %i)");

    private final Rig rig;
    private final Random random;
    private final List<String> forms = new ArrayList<>(COMMON);
    private final List<String> done = new ArrayList<>();
    private int succeeded;

    private RandomForms(Rig rig, Random random, List<String> forms) {
        this.rig = rig;
        this.random = random;
        // The forms that are peculiar to a database are what this is about.
        this.forms.addAll(forms);
        this.forms.addAll(forms);
    }

    /** Runs them all in a database that holds no table mess yet. */
    static void run(Rig rig, List<String> forms) throws SQLException {
        long seed = Long.getLong("lockstep.seed", new Random().nextLong());
        System.out.println("RandomForms seed " + seed);
        RandomForms all = new RandomForms(rig, new Random(seed), forms);
        rig.plain(
                "CREATE TABLE mess (id INT PRIMARY KEY, a INT UNIQUE, b INT, c VARCHAR(5), n INT DEFAULT 5, UNIQUE (b, c))",
                "CREATE TABLE other (k INT PRIMARY KEY, v INT)",
                "INSERT INTO other VALUES (2, 20), (4, 40), (6, 60), (8, 80)");
        for (int id = 1; id <= 8; id++) {
            rig.plain("INSERT INTO mess VALUES (" + id + ", " + (id % 3 == 0 ? "NULL" : id) + ", " + id % 4 + ", '"
                    + "xyzw".charAt(id / 3) + "', " + id + ")");
        }
        for (int i = 0; i < TRANSACTIONS; i++) {
            all.transaction(seed);
        }
        // Chance may have had too many of them broken: then more.
        for (int i = 0; i < 3 * TRANSACTIONS && all.succeeded <= TRANSACTIONS; i++) {
            all.transaction(seed);
        }
        assertThat(all.succeeded).as("statements that ran, seed %d", seed).isGreaterThan(TRANSACTIONS);
    }

    private void transaction(long seed) throws SQLException {
        List<List<@Nullable String>> before = rows();
        done.clear();
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(random.nextInt(3) == 0);
                for (int i = 1 + random.nextInt(6); i > 0; i--) {
                    statement(connection);
                }
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            }
        });
        assertThat(rows()).as("seed %d, %s", seed, done).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
    }

    private void statement(Connection connection) {
        String sql = filled(forms.get(random.nextInt(forms.size())));
        List<List<@Nullable String>> before;
        try (Statement statement = connection.createStatement()) {
            before = seenBy(connection);
            try {
                statement.execute(sql);
                done.add(sql);
                succeeded++;
            } catch (SQLException broken) {
                // A unique key stood against it, or its effect could not be known: then nothing of it is left.
                done.add("not run: " + sql);
                assertThat(seenBy(connection)).as("after %s, %s", broken, done).isEqualTo(before);
            }
        } catch (SQLException e) {
            throw new AssertionError(done.toString(), e);
        }
    }

    private static List<List<@Nullable String>> seenBy(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, a, b, c, n FROM mess ORDER BY id")) {
            List<List<@Nullable String>> all = new ArrayList<>();
            while (rows.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= 5; i++) {
                    row.add(rows.getString(i));
                }
                all.add(row);
            }
            return all;
        }
    }

    private List<List<@Nullable String>> rows() throws SQLException {
        return rig.rows("SELECT * FROM mess ORDER BY id");
    }

    private String filled(String form) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < form.length(); i++) {
            if (form.startsWith("%rows", i)) {
                sql.append(IntStream.rangeClosed(0, random.nextInt(4))
                        .mapToObj(row -> "(" + number() + ", " + (random.nextInt(5) == 0 ? "NULL" : number()) + ", "
                                + random.nextInt(4) + ", " + text() + ", " + random.nextInt(99) + ")")
                        .collect(Collectors.joining(", ")));
                i += 4;
            } else if (form.startsWith("%i", i)) {
                sql.append(number());
                i++;
            } else if (form.startsWith("%s", i)) {
                sql.append(text());
                i++;
            } else {
                sql.append(form.charAt(i));
            }
        }
        return sql.toString();
    }

    private int number() {
        return 1 + random.nextInt(14);
    }

    private String text() {
        return "'" + "xyzXw ".charAt(random.nextInt(6)) + "'";
    }
}
