package dev.lockstep.rm.at;

import dev.lockstep.rm.at.sql.BoundParameters;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is bound to a prepared statement, so that its clauses can be asked elsewhere and its batch replayed. It always
 * records, for the global transaction may begin between binding and running; so primitives are kept unboxed, and nothing is
 * allocated once the arrays are large enough. Not thread-safe.
 */
final class ParameterRecorder {

    /** One setter of {@link PreparedStatement}, called again with what was recorded. */
    @FunctionalInterface
    interface Setter {
        void bind(PreparedStatement statement, int index, long bits, @Nullable Object value, @Nullable Object extra)
                throws SQLException;
    }

    static final Setter NULL = (s, i, bits, value, extra) -> s.setNull(i, (int) bits);
    static final Setter NULL_NAMED = (s, i, bits, value, extra) -> s.setNull(i, (int) bits, (String) extra);
    static final Setter BOOLEAN = (s, i, bits, value, extra) -> s.setBoolean(i, bits != 0);
    static final Setter BYTE = (s, i, bits, value, extra) -> s.setByte(i, (byte) bits);
    static final Setter SHORT = (s, i, bits, value, extra) -> s.setShort(i, (short) bits);
    static final Setter INT = (s, i, bits, value, extra) -> s.setInt(i, (int) bits);
    static final Setter LONG = (s, i, bits, value, extra) -> s.setLong(i, bits);
    static final Setter FLOAT = (s, i, bits, value, extra) -> s.setFloat(i, Float.intBitsToFloat((int) bits));
    static final Setter DOUBLE = (s, i, bits, value, extra) -> s.setDouble(i, Double.longBitsToDouble(bits));
    static final Setter BIG_DECIMAL = (s, i, bits, value, extra) -> s.setBigDecimal(i, (BigDecimal) value);
    static final Setter STRING = (s, i, bits, value, extra) -> s.setString(i, (String) value);
    static final Setter NSTRING = (s, i, bits, value, extra) -> s.setNString(i, (String) value);
    static final Setter BYTES = (s, i, bits, value, extra) -> s.setBytes(i, (byte[]) value);
    static final Setter DATE = (s, i, bits, value, extra) -> s.setDate(i, (Date) value);
    static final Setter DATE_IN = (s, i, bits, value, extra) -> s.setDate(i, (Date) value, (Calendar) extra);
    static final Setter TIME = (s, i, bits, value, extra) -> s.setTime(i, (Time) value);
    static final Setter TIME_IN = (s, i, bits, value, extra) -> s.setTime(i, (Time) value, (Calendar) extra);
    static final Setter TIMESTAMP = (s, i, bits, value, extra) -> s.setTimestamp(i, (Timestamp) value);
    static final Setter TIMESTAMP_IN =
            (s, i, bits, value, extra) -> s.setTimestamp(i, (Timestamp) value, (Calendar) extra);
    static final Setter OBJECT = (s, i, bits, value, extra) -> s.setObject(i, opened(value));
    static final Setter OBJECT_OF = (s, i, bits, value, extra) -> s.setObject(i, opened(value), (int) bits);
    static final Setter OBJECT_SCALED =
            (s, i, bits, value, extra) -> s.setObject(i, opened(value), (int) bits, (Integer) notNull(extra));
    static final Setter OBJECT_OF_TYPE = (s, i, bits, value, extra) -> s.setObject(i, opened(value), (SQLType) extra);
    static final Setter OBJECT_OF_TYPE_SCALED =
            (s, i, bits, value, extra) -> s.setObject(i, opened(value), (SQLType) extra, (int) bits);
    static final Setter URL_VALUE = (s, i, bits, value, extra) -> s.setURL(i, (URL) value);
    static final Setter ARRAY = (s, i, bits, value, extra) -> s.setArray(i, (Array) value);
    static final Setter BLOB = (s, i, bits, value, extra) -> s.setBlob(i, (Blob) value);
    static final Setter CLOB = (s, i, bits, value, extra) -> s.setClob(i, (Clob) value);
    static final Setter NCLOB = (s, i, bits, value, extra) -> s.setNClob(i, (NClob) value);
    static final Setter REF = (s, i, bits, value, extra) -> s.setRef(i, (Ref) value);
    static final Setter ROW_ID = (s, i, bits, value, extra) -> s.setRowId(i, (RowId) value);
    static final Setter SQL_XML = (s, i, bits, value, extra) -> s.setSQLXML(i, (SQLXML) value);
    static final Setter ASCII_STREAM = (s, i, bits, value, extra) -> s.setAsciiStream(i, stream(value), (int) bits);
    static final Setter BINARY_STREAM = (s, i, bits, value, extra) -> s.setBinaryStream(i, stream(value), (int) bits);
    static final Setter BLOB_STREAM = (s, i, bits, value, extra) -> s.setBlob(i, stream(value), bits);
    static final Setter CHARACTER_STREAM =
            (s, i, bits, value, extra) -> s.setCharacterStream(i, reader(value), (int) bits);
    static final Setter NCHARACTER_STREAM = (s, i, bits, value, extra) -> s.setNCharacterStream(i, reader(value), bits);
    static final Setter CLOB_READER = (s, i, bits, value, extra) -> s.setClob(i, reader(value), bits);
    static final Setter NCLOB_READER = (s, i, bits, value, extra) -> s.setNClob(i, reader(value), bits);
    /** A stream bound outside a global transaction went straight to the driver. */
    static final Setter STREAM_GONE = (s, i, bits, value, extra) -> {
        throw new SQLException(
                "Parameter " + i
                        + " was bound as a stream before the global transaction began and cannot be read twice."
                        + " Nothing was run; bind it again inside.",
                "25000");
    };

    /** What a stream held that was bound as an object. */
    record StreamedBytes(byte[] bytes) {}

    /** What a reader held that was bound as an object. */
    record StreamedText(String text) {}

    private static @Nullable Object opened(@Nullable Object value) {
        if (value instanceof StreamedBytes streamed) {
            return new ByteArrayInputStream(streamed.bytes());
        }
        return value instanceof StreamedText streamed ? new StringReader(streamed.text()) : value;
    }

    /** A copy of what the user may change after it was bound; a driver takes the value at once. */
    static @Nullable Object frozen(@Nullable Object value) {
        if (value instanceof java.util.Date date) {
            return date.clone();
        }
        if (value instanceof Calendar calendar) {
            return calendar.clone();
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private static ByteArrayInputStream stream(@Nullable Object value) {
        return new ByteArrayInputStream((byte[]) notNull(value));
    }

    private static StringReader reader(@Nullable Object value) {
        return new StringReader((String) notNull(value));
    }

    private static Object notNull(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("Recorded without its value");
        }
        return value;
    }

    private @Nullable Setter[] setters = new Setter[8];
    private long[] bits = new long[8];
    private @Nullable Object[] values = new Object[8];
    private @Nullable Object[] extras = new Object[8];
    private int count;

    void record(int index, Setter setter, long primitive) {
        record(index, setter, primitive, null, null);
    }

    void record(int index, Setter setter, @Nullable Object value) {
        record(index, setter, 0, value, null);
    }

    void record(int index, Setter setter, long primitive, @Nullable Object value, @Nullable Object extra) {
        if (index > setters.length) {
            int length = Math.max(index, setters.length * 2);
            setters = Arrays.copyOf(setters, length);
            bits = Arrays.copyOf(bits, length);
            values = Arrays.copyOf(values, length);
            extras = Arrays.copyOf(extras, length);
        }
        setters[index - 1] = setter;
        bits[index - 1] = primitive;
        values[index - 1] = value;
        extras[index - 1] = extra;
        count = Math.max(count, index);
    }

    void clear() {
        Arrays.fill(setters, 0, count, null);
        Arrays.fill(values, 0, count, null);
        Arrays.fill(extras, 0, count, null);
        count = 0;
    }

    /** One call of a setter. */
    private record Recorded(
            Setter setter,
            long bits,
            @Nullable Object given,
            @Nullable Object extra) implements BoundParameters.Binding {

        @Override
        public void bind(PreparedStatement statement, int index) throws SQLException {
            setter.bind(statement, index, bits, given, extra);
        }

        @Override
        public @Nullable Object value() {
            if (setter == LONG || setter == INT || setter == SHORT || setter == BYTE || setter == BOOLEAN) {
                return bits;
            }
            if (setter == DOUBLE) {
                return Double.longBitsToDouble(bits);
            }
            return setter == FLOAT ? (Object) Float.intBitsToFloat((int) bits) : given;
        }

        /** A target type may make another value of the object, so that only objects without one count. */
        @Override
        public @Nullable Object sent() {
            if (setter == LONG || setter == INT || setter == SHORT || setter == BYTE) {
                return bits;
            }
            if (setter != OBJECT && setter != STRING && setter != BIG_DECIMAL) {
                return null;
            }
            boolean whole = given instanceof Long
                    || given instanceof Integer
                    || given instanceof Short
                    || given instanceof Byte;
            if (whole) {
                return ((Number) given).longValue();
            }
            // Of a class that somebody has derived the driver may ask anything.
            return given instanceof String || given != null && given.getClass() == BigDecimal.class ? given : null;
        }
    }

    /** What is bound now, independent of what is bound later. */
    BoundParameters snapshot() {
        List<BoundParameters.@Nullable Binding> bindings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Setter setter = setters[i];
            bindings.add(setter == null ? null : new Recorded(setter, bits[i], values[i], extras[i]));
        }
        return new BoundParameters(bindings);
    }

    /**
     * Makes a statement hold again what is bound now, after it ran with other frames. What cannot be had again is unset, so
     * that the next run says so.
     */
    void restore(PreparedStatement statement) throws SQLException {
        statement.clearParameters();
        for (int i = 0; i < count; i++) {
            Setter setter = setters[i];
            if (setter == STREAM_GONE) {
                setters[i] = null;
            } else if (setter != null) {
                setter.bind(statement, i + 1, bits[i], values[i], extras[i]);
            }
        }
    }
}
