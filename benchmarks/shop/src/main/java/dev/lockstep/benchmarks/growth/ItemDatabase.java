package dev.lockstep.benchmarks.growth;

import dev.lockstep.benchmarks.application.PooledDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** One database with a table of items, and undo logs that nobody will ever ask for. */
final class ItemDatabase implements AutoCloseable {

    static final int QUANTITY = 1_000_000;

    private static final int ROWS_PER_INSERT = 1_000;

    private static final String ITEM = """
            CREATE TABLE item (
                id       INT         NOT NULL PRIMARY KEY,
                name     VARCHAR(64) NOT NULL,
                quantity INT         NOT NULL
            )""";

    /** The xids of transactions begin with a digit. */
    private static final String OTHERS = "z-";

    private static final String OTHERS_LOGS = "INSERT INTO undo_log"
            + " (branch_id, xid, context, rollback_info, log_status, log_created, log_modified) ";
    private static final String LOG_BYTES = "0123456789abcdef".repeat(16);

    private final PooledDatabase database;
    private final DataSource wrapped;
    private final int items;
    private int othersLogs;

    /** How a client library wraps a data source. */
    @FunctionalInterface
    interface Wrapping {
        DataSource wrap(DataSource dataSource);
    }

    private ItemDatabase(PooledDatabase database, DataSource wrapped, int items) {
        this.database = database;
        this.wrapped = wrapped;
        this.items = items;
    }

    /**
     * Makes and fills it.
     *
     * @param name under which the settings may hold its URL
     */
    static ItemDatabase open(String name, Map<String, String> settings, boolean knowsH2, int items, Wrapping wrapping)
            throws SQLException {
        var database = PooledDatabase.open(name, settings, knowsH2);
        var script = new ArrayList<>(List.of(ITEM));
        for (var first = 0; first < items; first += ROWS_PER_INSERT) {
            script.add(IntStream.range(first, Math.min(items, first + ROWS_PER_INSERT))
                    .mapToObj(id -> "(" + id + ", 'item " + id + "', " + QUANTITY + ")")
                    .collect(Collectors.joining(", ", "INSERT INTO item (id, name, quantity) VALUES ", "")));
        }
        database.run(script);
        return new ItemDatabase(database, wrapping.wrap(database.dataSource()), items);
    }

    /** As the client has wrapped it. */
    DataSource wrapped() {
        return wrapped;
    }

    void connect(int callers) throws SQLException {
        database.connect(callers);
    }

    long unitsTaken() throws SQLException {
        return (long) items * QUANTITY - database.number("SELECT SUM(quantity) FROM item");
    }

    /** Undo logs of this process that were not deleted yet. */
    long undoLogs() throws SQLException {
        return database.number("SELECT COUNT(*) FROM undo_log WHERE xid < '" + OTHERS + "'");
    }

    /** Lets the table hold so many undo logs of others. */
    void fill(int wanted) throws SQLException {
        if (wanted < othersLogs) {
            database.run(List.of("DELETE FROM undo_log WHERE xid >= '" + OTHERS + "' AND branch_id > " + wanted));
            othersLogs = wanted;
        }
        while (othersLogs < wanted) {
            var added = othersLogs < ROWS_PER_INSERT
                    ? Math.min(ROWS_PER_INSERT, wanted - othersLogs)
                    : Math.min(othersLogs, wanted - othersLogs);
            database.run(List.of(othersLogs < ROWS_PER_INSERT ? logs(othersLogs, added) : copies(othersLogs, added)));
            othersLogs += added;
        }
    }

    private static String logs(int present, int added) {
        return IntStream.rangeClosed(present + 1, present + added)
                .mapToObj(number -> "(" + number + ", '" + OTHERS + number + "', 'serializer=jackson', '" + LOG_BYTES
                        + "', 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)")
                .collect(Collectors.joining(", ", OTHERS_LOGS + "VALUES ", ""));
    }

    private static String copies(int present, int added) {
        return OTHERS_LOGS + "SELECT branch_id + " + present + ", CONCAT('" + OTHERS + "', branch_id + " + present
                + "), context, rollback_info, log_status, log_created, log_modified FROM undo_log WHERE xid >= '"
                + OTHERS + "' AND branch_id <= " + added;
    }

    @Override
    public void close() {
        database.close();
    }
}
