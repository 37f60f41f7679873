package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.UniqueKey;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.RecognizedSql.Upsert.Conflict;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Captures an INSERT that may change rows which are there already: these are looked up by every unique key, locked and
 * imaged; the others are taken for new, which must then be proved.
 *
 * <p>Where RETURNING tells inserted rows from updated ones, the statement runs as a whole and the rows it gives are the proof.
 * Elsewhere a row that nobody was found in the way of goes as a plain INSERT, which fails if that was wrong; a row that meets
 * others goes as an upsert of its own, and the change of an imaged row shows that no other was meant.
 */
public final class UpsertCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Upsert upsert;
    private final WriteCall call;
    private final List<UniqueKey> uniqueKeys;
    private final boolean again;
    private final List<RowChange> changes = new ArrayList<>();

    /**
     * Prepares a capture.
     *
     * @param uniqueKeys of the target table
     * @param again whether an earlier try met rows that it had not found
     */
    public UpsertCapture(
            CaptureContext context,
            RecognizedSql.Upsert upsert,
            WriteCall call,
            List<UniqueKey> uniqueKeys,
            boolean again) {
        this.context = context;
        this.upsert = upsert;
        this.call = call;
        this.uniqueKeys = uniqueKeys;
        this.again = again;
    }

    @Override
    public void imageBefore() throws SQLException, RepeatCaptureException {
        context.requireCapturable(call.sql());
        if (upsert.conflict() == Conflict.REPLACE) {
            context.requireNoCascadeOfDelete(call.sql());
        }
        boolean setsAll =
                !upsert.match().anyUniqueKey() && upsert.insert().columns().isEmpty();
        context.changedColumns(setsAll ? allColumns() : upsert.setColumns(), call.sql());
    }

    private List<Identifier> allColumns() {
        return columns().stream()
                .map(column -> new Identifier(column.name(), column.name(), true))
                .toList();
    }

    @Override
    public long run() throws SQLException, RepeatCaptureException {
        ConflictLookup lookup = new ConflictLookup(context, upsert, call.parameters(), uniqueKeys);
        String mark = context.dialect().changedRows().insertedMark();
        if (mark != null && upsert.conflict() == Conflict.UPDATE) {
            return runAsWhole(lookup, mark);
        }
        if (upsert.returning() != null) {
            throw new UnsupportedSqlException(
                    call.sql(),
                    "RETURNING of a statement that may change rows is not captured here",
                    "Leave it out and read the rows by their keys.");
        }
        return runInPieces(lookup);
    }

    @Override
    public List<RowChange> imageAfter() {
        return List.copyOf(changes);
    }

    // ---- as a whole

    private long runAsWhole(ConflictLookup lookup, String mark) throws SQLException, RepeatCaptureException {
        Map<RowKey, List<@Nullable Object>> found = new LinkedHashMap<>();
        lookup.ofAllRows().forEach(found::putAll);
        TableImage there = lockAndImage(found);
        if (there.size() > 1 && setsKey() && keysMayBeExchanged()) {
            context.requireNoExchangeOfKeys(upsert.setColumns(), there, call.sql());
        }
        Set<RowKey> known = new HashSet<>(there.keys());
        Set<RowKey> updated = new HashSet<>();
        Map<RowKey, List<@Nullable Object>> inserted = new LinkedHashMap<>();
        int affected = 0;
        ResultSet rows = returned(mark);
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            affected++;
            List<@Nullable Object> key = key(rows, columns);
            if (rows.getBoolean(columns)) {
                inserted.put(RowKey.of(key), key);
            } else {
                updated.add(RowKey.of(key));
            }
        }
        rows.beforeFirst();
        if (!known.containsAll(updated) || inserted.size() + updated.size() != affected) {
            throw RepeatCaptureException.conflictAppeared(context.table(), null);
        }
        TableImage before = there.only(updated);
        if (!before.isEmpty()) {
            changes.add(context.changeOf(before, context.after(before, whole(), call.sql())));
        }
        if (!inserted.isEmpty()) {
            changes.add(additionOf(inserted));
        }
        return affected;
    }

    private boolean setsKey() throws RepeatCaptureException {
        for (Identifier name : upsert.setColumns()) {
            if (context.table().isKey(context.column(name).name())) {
                return true;
            }
        }
        return false;
    }

    /** A key that holds at every moment cannot be exchanged by one statement: whoever came second would meet the first. */
    private boolean keysMayBeExchanged() throws SQLException {
        TableMeta table = context.table();
        String query = context.dialect().catalogue().deferrableKey();
        if (query == null) {
            return false;
        }
        try (PreparedStatement statement = context.connection().prepareStatement(query)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Runs the statement so that it gives the key of each row it touched, and whether that is new. */
    private ResultSet returned(String mark) throws SQLException {
        List<String> names = context.table().primaryKey();
        StringBuilder ours = new StringBuilder();
        String qualifier = upsert.table().qualifier() + ".";
        names.forEach(name -> ours.append(qualifier)
                .append(context.dialect().names().quoted(name))
                .append(", "));
        ours.append('(').append(qualifier).append(mark).append(')');
        RecognizedSql.Returning returning = upsert.returning();
        if (returning != null) {
            String sql = returning.statement().text() + ", " + ours;
            return call.substitute().runForRows(new Substitute.Text(sql, call.parameters()::bindAll), names.size() + 1);
        }
        String wished = call.wishedKeys(context.table());
        String sql = upsert.statement().text() + " RETURNING " + (wished.isEmpty() ? "" : wished + ", ") + ours;
        return call.substitute().runForKeys(new Substitute.Text(sql, call.parameters()::bindAll), names.size() + 1);
    }

    private List<@Nullable Object> key(ResultSet rows, int columns) throws SQLException {
        List<ColumnMeta> keyColumns = context.table().keyColumns();
        List<@Nullable Object> key = new ArrayList<>();
        for (ColumnMeta column : keyColumns) {
            key.add(ColumnValues.read(rows, columns - keyColumns.size() + key.size(), column));
        }
        return key;
    }

    private RowChange additionOf(Map<RowKey, List<@Nullable Object>> keys) throws SQLException, RepeatCaptureException {
        TableImage found = ofKeys(keys);
        TableImage after = found.inOrderOf(List.copyOf(keys.keySet()));
        if (after == null) {
            throw context.notExact(
                    "of " + keys.size() + " new rows " + found.size() + " are found by their keys", call.sql());
        }
        LockKeys.check(after);
        return context.additionOf(after);
    }

    // ---- in pieces

    private long runInPieces(ConflictLookup lookup) throws SQLException, RepeatCaptureException {
        int rows = upsert.insert().rows().size();
        List<Map<RowKey, List<@Nullable Object>>> found = again ? List.of() : lookup.ofAllRows();
        long affected = 0;
        int row = 0;
        while (row < rows) {
            int end = row;
            while (!again && end < rows && found.get(end).isEmpty()) {
                end++;
            }
            if (end > row) {
                affected += insert(row, end);
                row = end;
            } else {
                // What an earlier row of the statement did may be in the way of this one.
                affected += rows == 1 && !again
                        ? one(row, lookup, found.get(row))
                        : one(row, lookup, again ? lookup.ofRowNow(row) : lookup.ofRow(row));
                row++;
            }
        }
        return affected;
    }

    private long one(int row, ConflictLookup lookup, Map<RowKey, List<@Nullable Object>> inTheWay)
            throws SQLException, RepeatCaptureException {
        if (inTheWay.isEmpty()) {
            return insert(row, row + 1);
        }
        TableImage there = lockAndImage(inTheWay);
        if (there.size() < inTheWay.size()) {
            throw RepeatCaptureException.rowsVanished(context.table());
        }
        boolean replaces = upsert.conflict() == Conflict.REPLACE;
        if (replaces) {
            context.requireRestorable(there, columns(), call.sql());
        } else {
            context.requireRestorable(there, upsert.setColumns(), call.sql());
        }
        return replaces ? replace(row, there) : update(row, lookup, there);
    }

    /** Rows that nobody seems to be in the way of, as a plain INSERT. */
    private long insert(int from, int to) throws SQLException, RepeatCaptureException {
        PieceOfInsert piece =
                PieceOfInsert.of(upsert.insert().rows().subList(from, to), "INSERT", upsert.insert(), call);
        InsertCapture capture = new InsertCapture(context, piece.insert(), piece);
        capture.imageBefore();
        try {
            long affected = capture.run();
            changes.addAll(capture.imageAfter());
            return affected;
        } catch (SQLException e) {
            // With a match by listed columns any other unique key is a plain obstacle, which the database refuses
            // itself.
            if (context.dialect().errors().isUniqueViolation(e)
                    && (upsert.match().anyUniqueKey() || !again)) {
                throw RepeatCaptureException.conflictAppeared(context.table(), e);
            }
            throw e;
        }
    }

    /** What REPLACE does, in two statements whose effects are known. */
    private long replace(int row, TableImage there) throws SQLException, RepeatCaptureException {
        String sql = "DELETE FROM " + context.rows().qualified(context.table()) + " WHERE "
                + context.rows().keyCondition(context.table(), there.size());
        long deleted = call.substitute()
                .run(new Substitute.Text(
                        sql, statement -> RowQuery.bindKeys(statement, 1, context.table(), context.keysOf(there))));
        CountProof.check(context.table(), call.sql(), deleted, there.size());
        changes.add(context.deletionOf(there));
        return deleted + insert(row, row + 1);
    }

    private long update(int row, ConflictLookup lookup, TableImage there) throws SQLException, RepeatCaptureException {
        List<List<InsertValue>> rows = List.of(upsert.insert().rows().get(row));
        String tail = upsert.tail() == null ? "" : " " + upsert.tail().text();
        Substitute.Text text = new Substitute.Text(
                upsert.head() + " " + PieceOfInsert.text(rows) + tail,
                statement -> call.parameters()
                        .bindSlice(upsert.tail(), statement, PieceOfInsert.bind(statement, rows, call.parameters())));
        long affected = call.substitute().run(text);
        TableImage after = context.after(there, whole(), call.sql());
        boolean changed = false;
        for (int i = 0; i < there.size() && !changed; i++) {
            changed = !same(there.rows().get(i), after.rows().get(i));
        }
        // One row given touches one row. If it was none of those imaged, then it was another, which counts as two, or a
        // new one, which is found now. By one key no other can be met than the row that was imaged; H2 counts two for
        // it.
        boolean another = upsert.match().anyUniqueKey() && !changed && affected > 1;
        boolean fresh = !changed
                && affected == 1
                && !there.byKey().keySet().containsAll(lookup.ofRow(row).keySet());
        if (another || fresh) {
            throw RepeatCaptureException.conflictAppeared(context.table(), null);
        }
        changes.add(context.changeOf(there, after));
        return affected;
    }

    private static boolean same(List<@Nullable Object> one, List<@Nullable Object> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!ColumnValues.identical(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    // ---- images

    private List<ColumnMeta> columns() {
        return context.table().writableColumns();
    }

    private TableImage lockAndImage(Map<RowKey, List<@Nullable Object>> keys)
            throws SQLException, RepeatCaptureException {
        if (keys.isEmpty()) {
            return TableImage.empty(context.table().name());
        }
        TableImage image = ofKeys(keys);
        LockKeys.check(image);
        return image;
    }

    private TableImage ofKeys(Map<RowKey, List<@Nullable Object>> keys) throws SQLException, RepeatCaptureException {
        return context.rows()
                .ofKeys(
                        context.connection(),
                        whole(),
                        List.copyOf(keys.values()),
                        context.dialect().reads().lockClause());
    }

    private SelectList whole() {
        return context.rows().lists().whole(context.table());
    }
}
