package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Writes rows of one change back as they were, within the caller's local transaction: the last step of {@link UndoReplay},
 * which has looked at the rows and holds them locked. Immutable, thread-safe.
 */
final class RowReversal {

    private static final int ROWS_PER_BATCH = 512;

    /** Rows of longer values go one by one: the statement for many would be too large for some servers. */
    private static final int LONGEST_ROW_TOGETHER = 4096;

    /** Servers that prepare statements take 65,535. */
    private static final int MOST_PARAMETERS = 30_000;

    /** So much of a statement stands in messages. */
    private static final int TEXT_IN_MESSAGE = 500;

    /** Class of SQLStates. */
    private static final String INTEGRITY_VIOLATION = "23";

    /** Values that keep their type beside others of their column, whatever the database calls the type of all of them. */
    private static final Set<Integer> PLAIN_TYPES = Set.of(
            Types.TINYINT,
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.DECIMAL,
            Types.NUMERIC,
            Types.CHAR,
            Types.VARCHAR,
            Types.LONGVARCHAR,
            Types.BINARY,
            Types.VARBINARY,
            Types.LONGVARBINARY);

    private final Dialect dialect;
    private final RowQuery query;
    private final boolean locked;

    /**
     * Writes to one database.
     *
     * @param locked whether the rows are known to be there; otherwise some may be gone
     */
    RowReversal(Dialect dialect, RowQuery query, boolean locked) {
        this.dialect = dialect;
        this.query = query;
        this.locked = locked;
    }

    /**
     * Writes these rows back. Many by one statement, where the database gains by it. Otherwise from the last row to the first,
     * as rows of one statement may refer to each other; where a constraint stands against that, as when values of a unique
     * column moved on by one, from the first to the last; and updated rows at once where neither will do, as when they have
     * exchanged such values.
     */
    void run(Connection connection, TableMeta table, RowChange change, ChangeImages images, List<RowKey> keys)
            throws SQLException {
        List<ColumnMeta> changed = change.kind() == RowChange.Kind.UPDATE ? images.changedColumns(keys) : List.of();
        if (change.kind() == RowChange.Kind.UPDATE && changed.isEmpty()) {
            return;
        }
        IntFunction<ReverseSql> sql = rows -> switch (change.kind()) {
            case INSERT -> ReverseSql.delete(query, table, images, rows);
            case DELETE -> ReverseSql.insert(dialect, query, table, images, rows);
            case UPDATE -> ReverseSql.update(dialect, query, table, images, changed, rows);
        };
        List<RowKey> lastFirst = new ArrayList<>(keys);
        Collections.reverse(lastFirst);
        List<Step> steps = new ArrayList<>();
        int together = rowsTogether(table, images, keys.size(), changed);
        if (together > 1) {
            steps.add(() -> write(connection, sql, together, images, lastFirst));
        }
        steps.add(() -> write(connection, sql, 1, images, lastFirst));
        if (keys.size() > 1) {
            steps.add(() -> write(connection, sql, 1, images, keys));
        }
        if (!changed.isEmpty()
                && keys.size() > together
                && keys.size() <= dialect.reads().mostRows()) {
            steps.add(() -> write(connection, sql, keys.size(), images, keys));
        }
        untilOnePasses(connection, steps);
    }

    private interface Step {
        void run() throws SQLException;
    }

    /** Tries each step until no constraint stands against it; what one that fails has done is undone. */
    private static void untilOnePasses(Connection connection, List<Step> steps) throws SQLException {
        Step last = steps.remove(steps.size() - 1);
        if (steps.isEmpty()) {
            last.run();
            return;
        }
        Savepoint nothingDone = connection.setSavepoint();
        boolean passed = false;
        for (int i = 0; i < steps.size() && !passed; i++) {
            passed = passes(connection, nothingDone, steps.get(i));
        }
        if (!passed) {
            last.run();
        }
        connection.releaseSavepoint(nothingDone);
    }

    private static boolean passes(Connection connection, Savepoint nothingDone, Step step) throws SQLException {
        try {
            step.run();
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith(INTEGRITY_VIOLATION)) {
                throw e;
            }
            connection.rollback(nothingDone);
            return false;
        }
    }

    /**
     * How many rows one statement takes back.
     *
     * @param changed the columns to set back; empty where rows come or go
     */
    private int rowsTogether(TableMeta table, ChangeImages images, int rows, List<ColumnMeta> changed) {
        List<ColumnMeta> key = table.keyColumns();
        // An UPDATE of many rows names each for every column.
        int timesKey = changed.size() + 1;
        int parametersPerRow = timesKey * key.size() + images.columns().size();
        int most = Math.min(Math.min(dialect.replay().rowsTogether(), rows), MOST_PARAMETERS / parametersPerRow);
        if (most <= 1
                || !changed.stream().allMatch(RowReversal::staysItselfBesideOthers)
                || !changed.isEmpty() && !key.stream().allMatch(RowReversal::staysItselfBesideOthers)) {
            return 1;
        }
        long longest = images.longestToBind(images.columns()) + timesKey * images.longestToBind(key);
        return longest <= LONGEST_ROW_TOGETHER ? most : 1;
    }

    /** The values of many rows stand in one expression to undo an UPDATE, and the database gives that one type. */
    private static boolean staysItselfBesideOthers(ColumnMeta column) {
        return switch (column.form()) {
            case TYPED -> PLAIN_TYPES.contains(column.jdbcType());
            case INTEGER, DOUBLE, ROUNDED_FLOAT, TEMPORAL_TEXT, MOMENT_TEXT -> true;
            case TEXT, UNTYPED_TEXT, OBJECT_TEXT, BYTES, BITS -> false;
        };
    }

    private void write(
            Connection connection,
            IntFunction<ReverseSql> sql,
            int rowsPerStatement,
            ChangeImages images,
            List<RowKey> keys)
            throws SQLException {
        int whole = keys.size() - keys.size() % rowsPerStatement;
        write(connection, sql.apply(rowsPerStatement), images, keys.subList(0, whole));
        if (whole < keys.size()) {
            write(connection, sql.apply(keys.size() - whole), images, keys.subList(whole, keys.size()));
        }
    }

    private void write(Connection connection, ReverseSql sql, ChangeImages images, List<RowKey> keys)
            throws SQLException {
        int statementsPerBatch = Math.max(1, ROWS_PER_BATCH / sql.rows());
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            int waiting = 0;
            for (int from = 0; from < keys.size(); from += sql.rows()) {
                sql.bind(statement, images, keys.subList(from, from + sql.rows()));
                statement.addBatch();
                if (++waiting == statementsPerBatch || from + sql.rows() == keys.size()) {
                    check(statement.executeBatch(), sql);
                    waiting = 0;
                }
            }
        }
    }

    private void check(int[] counts, ReverseSql sql) throws SQLException {
        for (int count : counts) {
            boolean someGone = !locked && count >= 0 && count < sql.rows();
            if (count != sql.rows() && count != Statement.SUCCESS_NO_INFO && !someGone) {
                throw new SQLException(
                        "Undo changed " + count + " rows where " + sql.rows() + " were locked: "
                                + sql.text().substring(0, Math.min(sql.text().length(), TEXT_IN_MESSAGE)),
                        "25000");
            }
        }
    }
}
