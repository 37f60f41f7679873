package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingResultSet;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/**
 * The generated keys of an INSERT, held in memory so that the user can read them after the capture has: some drivers, that of
 * PostgreSQL among them, give keys that go forward only. Values are given in the forms that keys and defaults have; for any
 * other the driver's own error says that it stands on no row. Not thread-safe, as a JDBC result set is not.
 */
@NullUnmarked
final class RewindableKeys extends DelegatingResultSet {

    private final List<Object[]> rows;
    private int position;
    private boolean lastWasNull;

    private RewindableKeys(ResultSet exhausted, List<Object[]> rows) throws SQLException {
        super(exhausted.getStatement(), exhausted);
        this.rows = rows;
    }

    /** The keys themselves where the driver lets them be read twice; otherwise all of them are read now. */
    static ResultSet of(ResultSet keys) throws SQLException {
        return keys.getType() == ResultSet.TYPE_FORWARD_ONLY ? read(keys) : keys;
    }

    /** The keys of several statements, one after the other; all stand before their first row. */
    static ResultSet joined(List<ResultSet> parts) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        for (ResultSet part : parts) {
            rows.addAll((part instanceof RewindableKeys held ? held : read(part)).rows);
        }
        return new RewindableKeys(parts.get(0), rows);
    }

    private static RewindableKeys read(ResultSet keys) throws SQLException {
        int columns = keys.getMetaData().getColumnCount();
        List<Object[]> rows = new ArrayList<>();
        while (keys.next()) {
            Object[] row = new Object[columns];
            for (int i = 0; i < columns; i++) {
                Object value = keys.getObject(i + 1);
                row[i] = value instanceof java.util.Date moment ? dated(keys, i + 1, moment) : value;
            }
            rows.add(row);
        }
        return new RewindableKeys(keys, rows);
    }

    /** A moment in both forms: those of java.sql cannot tell every date before 1582, nor the hour of a change of clocks. */
    private record Dated(java.util.Date moment, Object exact) {}

    private static Object dated(ResultSet keys, int column, java.util.Date moment) {
        try {
            if (moment instanceof Date) {
                return new Dated(moment, keys.getObject(column, LocalDate.class));
            }
            return moment instanceof Timestamp
                    ? new Dated(moment, keys.getObject(column, LocalDateTime.class))
                    : moment;
        } catch (SQLException e) {
            // A timestamp with a zone, which is exact as it is.
            return moment;
        }
    }

    @Override
    public int getType() {
        return ResultSet.TYPE_SCROLL_INSENSITIVE;
    }

    @Override
    public boolean next() {
        position = Math.min(position + 1, rows.size() + 1);
        return position <= rows.size();
    }

    @Override
    public void beforeFirst() {
        position = 0;
    }

    @Override
    public boolean isBeforeFirst() {
        return position == 0 && !rows.isEmpty();
    }

    @Override
    public boolean isAfterLast() {
        return position > rows.size() && !rows.isEmpty();
    }

    @Override
    public boolean isFirst() {
        return position == 1 && !rows.isEmpty();
    }

    @Override
    public boolean isLast() {
        return position == rows.size() && !rows.isEmpty();
    }

    @Override
    public int getRow() {
        return position <= rows.size() ? position : 0;
    }

    @Override
    public boolean wasNull() {
        return lastWasNull;
    }

    @Override
    public Object getObject(int column) throws SQLException {
        if (position < 1 || position > rows.size()) {
            throw new SQLException("The generated keys are not on a row; call next() first.", "24000");
        }
        Object[] row = rows.get(position - 1);
        if (column < 1 || column > row.length) {
            throw new SQLException("No column " + column + " among " + row.length + " of the generated keys.", "42703");
        }
        Object value = row[column - 1];
        lastWasNull = value == null;
        return value instanceof Dated dated ? dated.moment() : value;
    }

    @Override
    public <T> T getObject(int column, Class<T> type) throws SQLException {
        Object value = getObject(column);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        if (rows.get(position - 1)[column - 1] instanceof Dated dated && type.isInstance(dated.exact())) {
            return type.cast(dated.exact());
        }
        if (type == String.class) {
            return type.cast(value.toString());
        }
        if (value instanceof Number && Number.class.isAssignableFrom(type)) {
            return type.cast(number(new BigDecimal(value.toString()), type, column));
        }
        Object converted = temporal(value, type);
        if (converted == null) {
            throw unknownForm(value, type.getName(), column);
        }
        return type.cast(converted);
    }

    /** As the driver converts what it gives as the classes of java.sql; null when it does not. */
    private static Object temporal(Object value, Class<?> type) {
        if (value instanceof Timestamp moment) {
            if (type == LocalDateTime.class) {
                return moment.toLocalDateTime();
            }
            return type == OffsetDateTime.class ? moment.toInstant().atOffset(ZoneOffset.UTC) : null;
        }
        if (value instanceof Date date && type == LocalDate.class) {
            return date.toLocalDate();
        }
        return value instanceof Time time && type == LocalTime.class ? time.toLocalTime() : null;
    }

    private static Number number(BigDecimal value, Class<?> type, int column) throws SQLException {
        try {
            if (type == Long.class) {
                return value.longValueExact();
            }
            if (type == Integer.class) {
                return value.intValueExact();
            }
            if (type == Short.class) {
                return value.shortValueExact();
            }
            if (type == Byte.class) {
                return value.byteValueExact();
            }
            if (type == Double.class) {
                return value.doubleValue();
            }
            if (type == Float.class) {
                return value.floatValue();
            }
            if (type == BigDecimal.class) {
                return value;
            }
        } catch (ArithmeticException tooLarge) {
            throw new SQLException(
                    "Generated key " + value + " does not fit " + type.getName() + ".", "22003", tooLarge);
        }
        throw unknownForm(value, type.getName(), column);
    }

    private static SQLFeatureNotSupportedException unknownForm(Object value, String form, int column) {
        return new SQLFeatureNotSupportedException(
                "Column " + column + " of the generated keys is a "
                        + value.getClass().getName() + " and is not given as " + form
                        + " inside a global transaction. Read it with getObject.",
                "0A000");
    }

    @Override
    public String getString(int column) throws SQLException {
        return getObject(column, String.class);
    }

    @Override
    public long getLong(int column) throws SQLException {
        Long value = getObject(column, Long.class);
        return value == null ? 0 : value;
    }

    @Override
    public int getInt(int column) throws SQLException {
        Integer value = getObject(column, Integer.class);
        return value == null ? 0 : value;
    }

    @Override
    public short getShort(int column) throws SQLException {
        Short value = getObject(column, Short.class);
        return value == null ? 0 : value;
    }

    @Override
    public byte getByte(int column) throws SQLException {
        Byte value = getObject(column, Byte.class);
        return value == null ? 0 : value;
    }

    @Override
    public byte getByte(String column) throws SQLException {
        return getByte(findColumn(column));
    }

    @Override
    public float getFloat(int column) throws SQLException {
        Float value = getObject(column, Float.class);
        return value == null ? 0 : value;
    }

    @Override
    public float getFloat(String column) throws SQLException {
        return getFloat(findColumn(column));
    }

    @Override
    public BigDecimal getBigDecimal(int column) throws SQLException {
        return getObject(column, BigDecimal.class);
    }

    @Override
    public Timestamp getTimestamp(int column) throws SQLException {
        return getObject(column, Timestamp.class);
    }

    @Override
    public Timestamp getTimestamp(String column) throws SQLException {
        return getTimestamp(findColumn(column));
    }

    @Override
    public Date getDate(int column) throws SQLException {
        return getObject(column, Date.class);
    }

    @Override
    public Date getDate(String column) throws SQLException {
        return getDate(findColumn(column));
    }

    @Override
    public Time getTime(int column) throws SQLException {
        return getObject(column, Time.class);
    }

    @Override
    public Time getTime(String column) throws SQLException {
        return getTime(findColumn(column));
    }

    @Override
    public byte[] getBytes(int column) throws SQLException {
        return getObject(column, byte[].class);
    }

    @Override
    public byte[] getBytes(String column) throws SQLException {
        return getBytes(findColumn(column));
    }

    @Override
    public boolean getBoolean(int column) throws SQLException {
        return Boolean.TRUE.equals(getObject(column, Boolean.class));
    }

    @Override
    public boolean getBoolean(String column) throws SQLException {
        return getBoolean(findColumn(column));
    }

    @Override
    public double getDouble(int column) throws SQLException {
        Double value = getObject(column, Double.class);
        return value == null ? 0 : value;
    }

    @Override
    public double getDouble(String column) throws SQLException {
        return getDouble(findColumn(column));
    }

    @Override
    public Object getObject(String column) throws SQLException {
        return getObject(findColumn(column));
    }

    @Override
    public <T> T getObject(String column, Class<T> type) throws SQLException {
        return getObject(findColumn(column), type);
    }

    @Override
    public String getString(String column) throws SQLException {
        return getString(findColumn(column));
    }

    @Override
    public long getLong(String column) throws SQLException {
        return getLong(findColumn(column));
    }

    @Override
    public int getInt(String column) throws SQLException {
        return getInt(findColumn(column));
    }

    @Override
    public short getShort(String column) throws SQLException {
        return getShort(findColumn(column));
    }

    @Override
    public BigDecimal getBigDecimal(String column) throws SQLException {
        return getBigDecimal(findColumn(column));
    }
}
