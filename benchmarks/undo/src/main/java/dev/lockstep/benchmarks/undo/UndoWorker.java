package dev.lockstep.benchmarks.undo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * A program of its own: one client at one task. Arguments: {@code lockstep} or {@code official}, {@code undo} or {@code delete},
 * URL, user, number of rows, and for {@code undo} how often it is done before it counts and how often it counts, for {@code
 * delete} the limit in seconds. Prints a line {@code millis N} for each time that counts.
 */
final class UndoWorker {

    static final String XID = "10.0.0.5:8091:";

    /** Of the branches that are committed. As long as those of the others, as ids are that a TC gives. */
    static final long FIRST_BRANCH = 5_000_001;

    static final String MILLIS = "millis ";
    static final String GAVE_UP = "gave up";

    private UndoWorker() {}

    public static void main(String[] arguments) throws Exception {
        DataSource database = (DataSource) Class.forName("org.mariadb.jdbc.MariaDbDataSource")
                .getDeclaredConstructor()
                .newInstance();
        database.getClass().getMethod("setUrl", String.class).invoke(database, arguments[2]);
        database.getClass().getMethod("setUser", String.class).invoke(database, arguments[3]);
        int rows = Integer.parseInt(arguments[4]);
        try (UndoClient client = arguments[0].equals("lockstep")
                ? new LockstepUndo(database, arguments[2])
                : new OfficialUndo(database, arguments[2])) {
            if (arguments[1].equals("undo")) {
                undo(client, database, rows, Integer.parseInt(arguments[5]), Integer.parseInt(arguments[6]));
            } else {
                delete(client, database, rows, Integer.parseInt(arguments[5]));
            }
        }
        // The official client leaves threads behind.
        System.exit(0);
    }

    /** One branch that updates every row, rolled back again and again; the data is compared each time. */
    private static void undo(UndoClient client, DataSource database, int rows, int before, int counted)
            throws Exception {
        for (int i = 0; i < before + counted; i++) {
            long branch = System.nanoTime();
            client.write(XID + branch, branch, connection -> {
                try (PreparedStatement update = connection.prepareStatement(
                        "UPDATE big SET name = 'x', amount = -1, note = 'y' WHERE id > 0")) {
                    if (update.executeUpdate() != rows) {
                        throw new SQLException("not " + rows + " rows");
                    }
                }
            });
            long began = System.nanoTime();
            client.rollBack(XID + branch, branch);
            long took = System.nanoTime() - began;
            long same = number(
                    database,
                    "SELECT COUNT(*) FROM big WHERE amount = id AND name = CONCAT('name ', id) AND note <> 'y'");
            if (same != rows || number(database, "SELECT COUNT(*) FROM undo_log") != 0) {
                throw new IllegalStateException(same + " rows are as before");
            }
            if (i >= before) {
                System.out.println(MILLIS + TimeUnit.NANOSECONDS.toMillis(took));
            }
        }
    }

    /** So many undo logs are there from {@link #FIRST_BRANCH} on, beside others, and their branches are committed. */
    private static void delete(UndoClient client, DataSource database, int rows, int limitSeconds) throws Exception {
        long began = System.nanoTime();
        long end = began + TimeUnit.SECONDS.toNanos(limitSeconds);
        for (long branch = FIRST_BRANCH; branch < FIRST_BRANCH + rows; branch++) {
            while (!client.commit(XID + branch, branch)) {
                // The TC comes again.
                Thread.sleep(5);
            }
        }
        // The last one first: looking for any would wade through what is deleted and not yet cleared away.
        String last = "SELECT COUNT(*) FROM undo_log WHERE xid = '" + XID + (FIRST_BRANCH + rows - 1) + "'";
        String any = "SELECT EXISTS (SELECT 1 FROM undo_log WHERE log_created < '2026-01-01')";
        while (number(database, last) > 0 || number(database, any) > 0) {
            if (System.nanoTime() > end) {
                System.out.println(GAVE_UP);
                return;
            }
            Thread.sleep(20);
        }
        System.out.println(MILLIS + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    private static long number(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
