package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.Identifier;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The select lists in use, each made once: of whole rows, of keys, and of what the UPDATEs of an application change. Thread-safe.
 */
final class SelectLists {

    /** Tables come and go, and texts may be made up by a program: beyond so many it starts over. */
    private static final int MOST = 1_000;

    private final Dialect dialect;
    private final Map<TableMeta, SelectList> whole = new ConcurrentHashMap<>();
    private final Map<TableMeta, SelectList> keys = new ConcurrentHashMap<>();
    private final Map<Changed, SelectList> changed = new ConcurrentHashMap<>();

    /** The assignments of an UPDATE, by their left sides; mostly the list of one plan, so that few names are compared. */
    private record Changed(TableMeta table, List<Identifier> names) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Changed changed
                    && table == changed.table
                    && (names == changed.names || names.equals(changed.names));
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(table) + names.get(0).name().hashCode();
        }
    }

    SelectLists(Dialect dialect) {
        this.dialect = dialect;
    }

    /** What can be written of each row. */
    SelectList whole(TableMeta table) {
        return known(whole, table, table, table.writableColumns());
    }

    SelectList keys(TableMeta table) {
        return known(keys, table, table, table.keyColumns());
    }

    /** Finds out which columns to image. */
    interface Columns {
        List<ColumnMeta> find() throws RepeatCaptureException, SQLException;
    }

    /**
     * What is imaged for an UPDATE that changes the columns of these names.
     *
     * @param columns gives the columns to image, key and all; asked when they are not known yet. Nothing is kept if it fails
     */
    SelectList changed(TableMeta table, List<Identifier> names, Columns columns)
            throws RepeatCaptureException, SQLException {
        Changed key = new Changed(table, names);
        SelectList known = changed.get(key);
        return known == null ? known(changed, key, table, columns.find()) : known;
    }

    /** Any columns; made for this use unless they are the whole row. */
    SelectList of(TableMeta table, List<ColumnMeta> columns) {
        return columns.equals(table.writableColumns()) ? whole(table) : made(table, columns);
    }

    private SelectList made(TableMeta table, List<ColumnMeta> columns) {
        return new SelectList(dialect, table, columns, "");
    }

    private <K> SelectList known(Map<K, SelectList> lists, K key, TableMeta table, List<ColumnMeta> columns) {
        SelectList known = lists.get(key);
        if (known == null) {
            if (lists.size() >= MOST) {
                lists.clear();
            }
            known = made(table, columns);
            lists.put(key, known);
        }
        return known;
    }
}
