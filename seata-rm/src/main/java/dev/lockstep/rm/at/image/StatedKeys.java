package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ChangedRows;
import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the rows that an INSERT makes, where it states them itself as whole numbers for columns of whole numbers, and
 * nothing else can give them: then the driver, which would return them all the same, need not be asked to. Every other INSERT
 * is none of these.
 */
public final class StatedKeys {

    private StatedKeys() {}

    /** Whether the statement states keys as far as its text tells; which numbers they are is seen when it runs. */
    public static boolean mayBeIn(RecognizedSql.Insert insert, TableMeta table, Dialect dialect) {
        return positions(insert, table, dialect) != null;
    }

    /**
     * The keys of all rows, in their order, with the values as the key holds them.
     *
     * @return null where one of them is not certain
     */
    static @Nullable Map<RowKey, List<@Nullable Object>> of(
            CaptureContext context, RecognizedSql.Insert insert, WriteCall call) throws SQLException {
        int[] positions = positions(insert, context.table(), context.dialect());
        if (positions == null) {
            return null;
        }
        Map<RowKey, List<@Nullable Object>> keys = new LinkedHashMap<>();
        for (BoundParameters frame : call.frames()) {
            for (List<InsertValue> row : insert.rows()) {
                List<@Nullable Object> key = new ArrayList<>(positions.length);
                for (int position : positions) {
                    Long number = frame.wholeNumber(row.get(position).slice().firstParameter());
                    if (number == null) {
                        return null;
                    }
                    key.add(number);
                }
                keys.put(RowKey.of(key), key);
            }
        }
        return keys;
    }

    /** Where the columns of the key stand in each row, which has a parameter for each of them; null where that is not so. */
    private static int @Nullable [] positions(RecognizedSql.Insert insert, TableMeta table, Dialect dialect) {
        List<ColumnMeta> key = table.keyColumns();
        if (dialect.changedRows().keySource() != ChangedRows.KeySource.RETURNED
                || insert.returning() != null
                || insert.skipsConflicts()
                || insert.fromQuery()
                || table.sideEffects().triggers()
                || key.isEmpty()) {
            return null;
        }
        int[] positions = new int[key.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = isWholeNumber(key.get(i)) && !key.get(i).identity()
                    ? indexOf(key.get(i), insert.columns(), dialect)
                    : -1;
            if (positions[i] < 0 || !isParameterInAll(insert.rows(), positions[i])) {
                return null;
            }
        }
        return positions;
    }

    private static int indexOf(ColumnMeta column, List<Identifier> columns, Dialect dialect) {
        for (int i = 0; i < columns.size(); i++) {
            if (dialect.names().stored(columns.get(i)).equals(column.name())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isParameterInAll(List<List<InsertValue>> rows, int position) {
        for (List<InsertValue> row : rows) {
            if (position >= row.size() || row.get(position).kind() != InsertValue.Kind.PARAMETER) {
                return false;
            }
        }
        return true;
    }

    /** Whether a column holds whole numbers and nothing else, each as it was given. */
    static boolean isWholeNumber(ColumnMeta column) {
        return column.form() == ColumnForm.TYPED
                && switch (column.jdbcType()) {
                    case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
                    default -> false;
                };
    }
}
