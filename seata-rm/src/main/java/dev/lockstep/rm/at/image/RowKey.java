package dev.lockstep.rm.at.image;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of a row, for finding the row in another image: equal whatever Java types the values have. Immutable.
 *
 * @param values as {@link ColumnValues#comparable} makes them
 */
public record RowKey(List<Object> values) {

    public static RowKey of(List<@Nullable Object> keyValues) {
        List<Object> values = new ArrayList<>(keyValues.size());
        for (Object value : keyValues) {
            values.add(ColumnValues.comparable(value));
        }
        return new RowKey(values);
    }

    @Override
    public String toString() {
        return values.stream().map(RowKey::text).collect(Collectors.joining(", "));
    }

    private static String text(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof ByteBuffer bytes ? HexFormat.of().formatHex(bytes.array()) : String.valueOf(value);
    }
}
