package dev.lockstep.rm.at.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of a row, for finding the row in another image: equal whatever Java types the values have. Immutable.
 *
 * @param values as {@link ColumnValues#comparable} makes them
 */
public record RowKey(List<Object> values) {

    static RowKey of(List<@Nullable Object> keyValues) {
        return new RowKey(keyValues.stream().map(ColumnValues::comparable).toList());
    }

    @Override
    public String toString() {
        return values.size() == 1 ? String.valueOf(values.get(0)) : values.toString();
    }
}
