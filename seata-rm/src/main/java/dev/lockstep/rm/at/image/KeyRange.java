package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys of one whole number each that lie so close together that their rows are read by a range: two parameters, and no list
 * that the database compares with every row. Immutable.
 */
record KeyRange(long first, long last) {

    /** Below this a list is as good. */
    private static final int FEWEST = 4;

    /** Rows of others in between are read in vain. */
    private static final int MOST_NUMBERS_PER_KEY = 2;

    /** The range of these keys; null where they are none or lie too far apart. */
    static @Nullable KeyRange over(TableMeta table, List<List<@Nullable Object>> keys) {
        if (keys.size() < FEWEST
                || table.primaryKey().size() != 1
                || !StatedKeys.isWholeNumber(table.keyColumns().get(0))) {
            return null;
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (List<@Nullable Object> key : keys) {
            Object value = key.get(0);
            if (!(value instanceof Long || value instanceof Integer || value instanceof Short)) {
                return null;
            }
            long number = ((Number) value).longValue();
            first = Math.min(first, number);
            last = Math.max(last, number);
        }
        long span = last - first;
        return span >= 0 && span < (long) MOST_NUMBERS_PER_KEY * keys.size() ? new KeyRange(first, last) : null;
    }
}
