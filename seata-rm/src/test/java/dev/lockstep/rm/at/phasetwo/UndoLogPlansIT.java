package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However large undo_log has grown, no statement of ours looks through all of it: the databases' own plans say so. */
@Tag("long")
@Tag("undo")
final class UndoLogPlansIT {

    private static final int ROWS = 1_000_000;
    private static final String XID = "10.0.0.5:8091:";
    private static final LocalDateTime FIRST = LocalDateTime.of(2026, 1, 1, 0, 0);

    /** One statement with its plan. */
    private record Plan(String sql, String text) {}

    @Test
    void mysql_uses_an_index_for_each(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws Exception {
        everyStatementUsesAnIndex(
                server,
                "mysql",
                "INSERT INTO undo_log WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < "
                        + ROWS
                        + ") SELECT i, CONCAT('" + XID + "', i), 'serializer=jackson&compressorType=NONE', '{}', 0,"
                        + " '2026-01-01' + INTERVAL i SECOND, NOW(6) FROM n",
                UndoLogPlansIT::withoutKey);
    }

    @Test
    void mariadb_uses_an_index_for_each(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws Exception {
        everyStatementUsesAnIndex(
                server,
                "mysql",
                "INSERT INTO undo_log SELECT seq, CONCAT('" + XID + "', seq), 'serializer=jackson&compressorType=NONE',"
                        + " '{}', 0, '2026-01-01' + INTERVAL seq SECOND, NOW(6) FROM seq_1_to_" + ROWS,
                UndoLogPlansIT::withoutKey);
    }

    @Test
    void postgresql_uses_an_index_for_each(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server)
            throws Exception {
        everyStatementUsesAnIndex(
                server,
                "postgresql",
                "INSERT INTO undo_log (branch_id, xid, context, rollback_info, log_status, log_created, log_modified)"
                        + " SELECT i, '" + XID + "' || i, 'serializer=jackson&compressorType=NONE', '{}', 0,"
                        + " TIMESTAMP '2026-01-01' + i * INTERVAL '1 second', now() FROM generate_series(1, " + ROWS
                        + ") AS i",
                plan -> plan.contains("Seq Scan on undo_log"));
    }

    /** Of MySQL and MariaDB; what a list of values becomes is another table. */
    private static boolean withoutKey(String plan) {
        return plan.lines()
                .filter(line -> line.contains("|undo_log|"))
                .anyMatch(line ->
                        line.contains("|ALL|") || !line.contains("ux_undo_log|") && !line.contains("ix_log_created|"));
    }

    private static void everyStatementUsesAnIndex(
            DatabaseServer server, String script, String fill, Predicate<String> scans) throws Exception {
        try (TestDatabase database = server.createDatabase()) {
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(undoLogScript(script));
                if (server.kind() == DatabaseKind.MYSQL) {
                    statement.execute("SET SESSION cte_max_recursion_depth = " + ROWS);
                }
                statement.execute(fill);
                statement.execute(script.equals("mysql") ? "ANALYZE TABLE undo_log" : "ANALYZE undo_log");
            }
            List<Plan> plans = new ArrayList<>();
            try (Connection real = database.connect()) {
                real.setAutoCommit(false);
                runEverything(explaining(real, plans));
                real.rollback();
            }
            Set<String> seen = new TreeSet<>();
            for (Plan plan : plans) {
                seen.add(plan.sql());
                assertThat(scans.test(plan.text()))
                        .as("%s\n%s", plan.sql(), plan.text())
                        .isFalse();
            }
            assertThat(seen).as("different statements").hasSizeGreaterThanOrEqualTo(12);
        }
    }

    /** Each of the table's statements at least once, with what it finds in a table of its size. */
    private static void runEverything(Connection connection) throws Exception {
        UndoLogTable table = new UndoLogTable(
                DialectProvider.find(connection), "undo_log", Namespace.of(connection), UndoLogFormat.OFFICIAL);
        String xid = XID + 500_000;
        table.insert(connection, new UndoLog(XID + "new", 1, List.of()));
        table.insertMarker(connection, XID + "new", 2);
        table.read(connection, xid, 500_000);
        UndoLogTable.Row row = table.lock(connection, xid, 500_000).orElseThrow();
        table.perhapsLater(connection, xid, 1);
        table.statusOf(connection, xid, 500_000);
        table.upkeep().entries(connection, 100);
        table.upkeep().left(connection, FIRST, FIRST.plusSeconds(ROWS), 500);
        table.upkeep().left(connection, FIRST.plusSeconds(ROWS / 2), FIRST.plusSeconds(ROWS), 500);
        table.upkeep().deleteLeft(connection, keys(1, 500));
        table.upkeep().deleteWithParts(connection, keys(1000, 2000));
        table.markDirty(connection, xid, row);
        table.markUndone(connection, xid, row);
        table.deleteParts(connection, xid, row);
        table.take(connection, xid, 500_000);
        table.upkeep().deleteOldMarkers(connection, FIRST.plusSeconds(ROWS / 20), 3000);
    }

    private static List<BranchKey> keys(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(id -> new BranchKey(XID + id, id))
                .toList();
    }

    private static String undoLogScript(String name) throws Exception {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/" + name + ".sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The connection, whose prepared statements are explained with their parameters before they run. */
    private static Connection explaining(Connection real, List<Plan> plans) {
        return proxy(Connection.class, (method, arguments) -> {
            Object result = invoke(real, method, arguments);
            return result instanceof PreparedStatement statement
                    ? explaining(real, (String) arguments[0], statement, plans)
                    : result;
        });
    }

    private static PreparedStatement explaining(
            Connection real, String sql, PreparedStatement statement, List<Plan> plans) {
        List<Object[]> bound = new ArrayList<>();
        List<Method> setters = new ArrayList<>();
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("set") && arguments.length > 1) {
                setters.add(method);
                bound.add(arguments);
            } else if (Set.of("executeQuery", "executeUpdate", "addBatch").contains(method.getName())) {
                // A batch of a thousand deletes need not be explained a thousand times.
                long explained =
                        plans.stream().filter(plan -> plan.sql().equals(sql)).count();
                if (!sql.startsWith("INSERT") && explained < 3) {
                    plans.add(new Plan(sql, plan(real, sql, setters, bound)));
                }
                setters.clear();
                bound.clear();
            }
            return invoke(statement, method, arguments);
        });
    }

    private static String plan(Connection real, String sql, List<Method> setters, List<Object[]> bound)
            throws Throwable {
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement explain = real.prepareStatement("EXPLAIN " + sql)) {
            for (int i = 0; i < setters.size(); i++) {
                invoke(explain, setters.get(i), bound.get(i));
            }
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        plan.append(rows.getString(i)).append('|');
                    }
                    plan.append('\n');
                }
            }
        }
        return plan.toString();
    }

    private interface Call {
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                UndoLogPlansIT.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.answer(method, arguments == null ? new Object[0] : arguments)));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }
}
