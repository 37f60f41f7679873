package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ChangedRows;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.Slice;
import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Captures an INSERT: nothing before, the new rows by key after. The keys are those that the driver returns, so that
 * identity columns, sequences, expressions and BEFORE triggers are all covered; where it cannot, they are {@link
 * InsertedKeys}, or the database is asked for them in the statement itself, and where nobody has to ask for them {@link
 * StatedKeys}. In any case they must find exactly the affected rows. Where the statement leaves no doubt of its rows, they are
 * {@link StatedRows} and not read.
 */
public final class InsertCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Insert insert;
    private final WriteCall call;
    private @Nullable InsertedKeys givenKeys;
    /** Set where only the database can tell the keys, by RETURNING behind the user's statement. */
    private @Nullable Slice askedForKeys;

    private @Nullable Map<RowKey, List<@Nullable Object>> statedKeys;
    private @Nullable TableImage statedRows;
    private NewRows newRows = (columns, clause) -> TableImage.empty("");
    private int expected;

    /** Reads the new rows. */
    private interface NewRows {
        TableImage read(SelectList columns, String clause) throws SQLException, RepeatCaptureException;
    }

    public InsertCapture(CaptureContext context, RecognizedSql.Insert insert, WriteCall call) {
        this.context = context;
        this.insert = insert;
        this.call = call;
    }

    @Override
    public void imageBefore() throws SQLException, RepeatCaptureException {
        context.requireCapturable(call.sql());
        for (Identifier column : insert.columns()) {
            context.column(column);
        }
        statedRows = StatedRows.of(context, insert, call);
        if (statedRows != null) {
            return;
        }
        if (context.dialect().changedRows().keySource() == ChangedRows.KeySource.VALUES && insert.returning() == null) {
            try {
                givenKeys = InsertedKeys.of(context, insert, call);
            } catch (UnsupportedSqlException unknown) {
                askedForKeys = statementToAskWith();
                if (askedForKeys == null) {
                    throw unknown;
                }
            }
        } else if (call.wishedKeys(context.table()).isEmpty()) {
            statedKeys = StatedKeys.of(context, insert, call);
        }
    }

    /** Null where RETURNING does not give each new row once, or cannot stand behind the statement. */
    private @Nullable Slice statementToAskWith() {
        boolean understood = context.dialect().sqlRules().has(SqlFact.RETURNING);
        return understood && !insert.skipsConflicts() && call.frames().size() == 1 ? insert.statement() : null;
    }

    @Override
    public long run() throws SQLException {
        TableImage rows = statedRows;
        if (rows != null) {
            return runStated(rows);
        }
        Map<RowKey, List<@Nullable Object>> stated = statedKeys;
        if (stated != null) {
            long affected = call.run();
            byReturnedKeys(stated);
            requireAsManyAsKeys(affected);
            return affected;
        }
        RecognizedSql.Returning returning = insert.returning();
        Slice asked = askedForKeys;
        WriteCall.InsertOutcome outcome = returning != null
                ? runForRows(returning)
                : asked == null ? call.runReturningKeys(context.table()) : runForKeys(asked);
        if (insert.skipsConflicts() && outcome.affected() == 0) {
            return 0;
        }
        if (givenKeys == null || returning != null) {
            byReturnedKeys(read(outcome.keys()));
        } else {
            byGivenKeys(givenKeys.completed(outcome.keys()));
        }
        requireAsManyAsKeys(outcome.affected());
        return outcome.affected();
    }

    /** Where the driver gives no count, the rows are read by their keys after all. */
    private long runStated(TableImage rows) throws SQLException {
        long affected = call.run();
        if (affected < 0) {
            Map<RowKey, List<@Nullable Object>> keys = new LinkedHashMap<>();
            context.keysOf(rows).forEach(key -> keys.put(RowKey.of(key), key));
            statedRows = null;
            byReturnedKeys(keys);
        }
        expected = rows.size();
        requireAsManyAsKeys(affected);
        return affected;
    }

    private void requireAsManyAsKeys(long affected) throws SQLException {
        if (affected >= 0 && affected != expected) {
            throw context.notExact(affected + " rows were inserted and " + expected + " keys are known", call.sql());
        }
    }

    /** The user gets rows from RETURNING, so the keys stand behind the user's own columns there. */
    private WriteCall.InsertOutcome runForRows(RecognizedSql.Returning returning) throws SQLException {
        String sql = returning.statement().text() + ", " + quotedKey();
        Substitute.Text text = new Substitute.Text(sql, call.parameters()::bindAll);
        return counted(
                call.substitute().runForRows(text, context.table().primaryKey().size()));
    }

    /** The user who wishes for generated keys sees the numbers that were made up, or the key where there are none. */
    private WriteCall.InsertOutcome runForKeys(Slice statement) throws SQLException {
        String shown = "";
        if (!call.wishedKeys(context.table()).isEmpty()) {
            shown = context.table().columns().stream()
                            .filter(ColumnMeta::identity)
                            .findFirst()
                            .map(column -> context.dialect().names().quoted(column.name()))
                            .orElseGet(this::quotedKey)
                    + ", ";
        }
        String sql = statement.text() + " RETURNING " + shown + quotedKey();
        Substitute.Text text = new Substitute.Text(sql, call.parameters()::bindAll);
        return counted(
                call.substitute().runForKeys(text, context.table().primaryKey().size()));
    }

    private String quotedKey() {
        return context.table().primaryKey().stream()
                .map(context.dialect().names()::quoted)
                .collect(Collectors.joining(", "));
    }

    private static WriteCall.InsertOutcome counted(ResultSet rows) throws SQLException {
        int affected = 0;
        while (rows.next()) {
            affected++;
        }
        rows.beforeFirst();
        return new WriteCall.InsertOutcome(affected, rows);
    }

    private void byReturnedKeys(Map<RowKey, List<@Nullable Object>> keys) {
        expected = keys.size();
        newRows = (columns, clause) -> {
            TableImage rows = context.rows().ofKeys(context.connection(), columns, List.copyOf(keys.values()), clause);
            return inOrderOf(List.copyOf(keys.keySet()), rows);
        };
    }

    private void byGivenKeys(List<List<KeyExpression>> keys) {
        expected = keys.size();
        newRows = (columns, clause) -> {
            TableImage rows = context.rows().ofNewRows(context.connection(), columns, keys, clause);
            List<RowKey> order = new ArrayList<>(keys.size());
            for (List<KeyExpression> key : keys) {
                order.add(RowKey.of(key.stream().map(KeyExpression::value).toList()));
            }
            return inOrderOf(order, rows);
        };
    }

    /** Keys that read otherwise than they were given, as dates do, leave the rows in the order of the database. */
    private static TableImage inOrderOf(List<RowKey> order, TableImage rows) {
        TableImage ordered = rows.inOrderOf(order);
        return ordered == null ? rows : ordered;
    }

    private Map<RowKey, List<@Nullable Object>> read(ResultSet returned) throws SQLException {
        List<ColumnMeta> columns = context.table().keyColumns();
        int[] indexes = new int[columns.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = insert.returning() == null && askedForKeys == null
                    ? indexOf(returned, columns.get(i).name())
                    : returned.getMetaData().getColumnCount() - indexes.length + 1 + i;
        }
        Map<RowKey, List<@Nullable Object>> distinct = new LinkedHashMap<>();
        while (returned.next()) {
            List<@Nullable Object> key = new ArrayList<>(indexes.length);
            for (int i = 0; i < indexes.length; i++) {
                key.add(ColumnValues.read(returned, indexes[i], columns.get(i)));
            }
            distinct.put(RowKey.of(key), key);
        }
        returned.beforeFirst();
        return distinct;
    }

    private static int indexOf(ResultSet returned, String column) throws SQLException {
        ResultSetMetaData metaData = returned.getMetaData();
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            if (metaData.getColumnName(i).equals(column)) {
                return i;
            }
        }
        return returned.findColumn(column);
    }

    @Override
    public List<RowChange> imageAfter() throws SQLException, RepeatCaptureException {
        // Rows that an INSERT has left out are those of others.
        String clause = insert.skipsConflicts()
                ? context.dialect().reads().lockClause()
                : context.dialect().reads().ownRowsClause();
        TableImage stated = statedRows;
        TableImage after = stated == null ? newRows.read(context.wholeRows(), clause) : stated;
        if (after.size() != expected) {
            throw context.notExact(
                    "of " + expected + " new rows " + after.size() + " are found by their keys", call.sql());
        }
        LockKeys.check(after);
        return List.of(context.additionOf(after));
    }
}
