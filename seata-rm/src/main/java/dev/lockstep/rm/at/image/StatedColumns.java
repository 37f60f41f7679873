package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where INSERTs state the columns of an image, found once for an INSERT and what is imaged. Thread-safe. */
final class StatedColumns {

    /** Texts may be made up by a program: beyond so many it starts over. */
    private static final int MOST = 1_000;

    private static final List<StatedColumn> NOT_ALL = List.of();

    private final Map<Key, List<StatedColumn>> known = new ConcurrentHashMap<>();

    /**
     * One of the columns of an image.
     *
     * @param position where its value stands in each row of the INSERT, from 0
     */
    record StatedColumn(ColumnMeta column, int position, StoredAsGiven type) {}

    /** The columns that an INSERT lists; mostly the list of one plan, so that few names are compared. */
    private record Key(SelectList selected, List<Identifier> names) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && selected == key.selected
                    && (names == key.names || names.equals(key.names));
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(selected) + names.get(0).name().hashCode();
        }
    }

    /**
     * All columns of the image, in its order.
     *
     * @param names the columns that the INSERT lists
     * @return null unless each of them is stated, and of a type that gives back what was stored
     */
    @Nullable
    List<StatedColumn> of(CaptureContext context, SelectList selected, List<Identifier> names)
            throws RepeatCaptureException {
        if (names.isEmpty()) {
            return null;
        }
        Key key = new Key(selected, names);
        List<StatedColumn> stated = known.get(key);
        if (stated == null) {
            stated = find(context, selected, names);
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(key, stated);
        }
        return stated.isEmpty() ? null : stated;
    }

    private static List<StatedColumn> find(CaptureContext context, SelectList selected, List<Identifier> names)
            throws RepeatCaptureException {
        List<ColumnMeta> listed = new ArrayList<>(names.size());
        for (Identifier name : names) {
            listed.add(context.column(name));
        }
        List<StatedColumn> stated = new ArrayList<>(selected.columns().size());
        for (ColumnMeta column : selected.columns()) {
            int position = listed.indexOf(column);
            StoredAsGiven type = StoredAsGiven.of(column, context.dialect());
            if (position < 0 || type == null || column.rules().collated() != null && selected.isKey(column)) {
                return NOT_ALL;
            }
            stated.add(new StatedColumn(column, position, type));
        }
        return stated;
    }
}
