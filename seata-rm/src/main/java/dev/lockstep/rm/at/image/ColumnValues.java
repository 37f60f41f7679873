package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.meta.ColumnMeta;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The Java types in which images hold column values, chosen so that nothing is lost and nothing depends on the JVM's
 * zone: null, Boolean, the number classes, String (also for CLOB), byte[] (also for BLOB), UUID, and java.time for DATE,
 * TIME, TIMESTAMP and their forms with an offset.
 */
public final class ColumnValues {

    private static final Set<Class<?>> EXACT = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            String.class,
            byte[].class,
            UUID.class);

    /** The longest number that may fit into a Long. */
    private static final int DIGITS_OF_LONG = 19;

    /** MySQL's name of a type whose blanks at the end are not kept, and come back or not as the SQL mode of the session says. */
    private static final String PADDED_BY_MODE = "char";

    private ColumnValues() {}

    /**
     * Reads one value of the current row.
     *
     * @throws SQLFeatureNotSupportedException (SQLState 0A000) for a type that cannot be restored exactly
     */
    public static @Nullable Object read(ResultSet row, int index, ColumnMeta column) throws SQLException {
        return switch (column.form()) {
            case TYPED, DOUBLE -> typed(row, index, column);
            case TEXT, UNTYPED_TEXT, OBJECT_TEXT -> row.getString(index);
            case BYTES, BITS -> row.getBytes(index);
            case TEMPORAL_TEXT -> TemporalText.read(row.getString(index), column.jdbcType());
            case MOMENT_TEXT -> TemporalText.readMoment(row.getString(index));
            case INTEGER -> {
                int value = row.getInt(index);
                yield row.wasNull() ? null : value;
            }
            case ROUNDED_FLOAT -> {
                float value = (float) row.getDouble(index);
                yield row.wasNull() ? null : value;
            }
        };
    }

    private static @Nullable Object typed(ResultSet row, int index, ColumnMeta column) throws SQLException {
        return switch (column.jdbcType()) {
            case Types.DATE -> row.getObject(index, LocalDate.class);
            case Types.TIME -> row.getObject(index, LocalTime.class);
            case Types.TIMESTAMP -> row.getObject(index, LocalDateTime.class);
            case Types.TIME_WITH_TIMEZONE -> row.getObject(index, OffsetTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(index, OffsetDateTime.class);
            case Types.BLOB -> row.getBytes(index);
            case Types.CLOB, Types.NCLOB -> row.getString(index);
            // MySQL's driver (9.7) makes an object of it by its text, and fails where zeros fill that to less than its
            // length.
            case Types.DECIMAL -> row.getBigDecimal(index);
            case Types.CHAR -> unpadded(exact(row.getObject(index), column), column);
            default -> exact(row.getObject(index), column);
        };
    }

    /** As every session of the database would give it: that of a rollback has modes of its own. */
    private static @Nullable Object unpadded(@Nullable Object value, ColumnMeta column) {
        if (!(value instanceof String text) || !column.typeName().equals(PADDED_BY_MODE)) {
            return value;
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static @Nullable Object exact(@Nullable Object value, ColumnMeta column) throws SQLException {
        if (value == null || EXACT.contains(value.getClass())) {
            return value;
        }
        throw new SQLFeatureNotSupportedException(
                "Column " + column.name() + " of type " + column.typeName() + " comes as "
                        + value.getClass().getName()
                        + ", which an undo log cannot hold exactly. The statement was not kept; write this table outside the"
                        + " global transaction.",
                "0A000");
    }

    /** Binds a value that {@link #read} gave, or an undo log, to a parameter. */
    public static void bind(PreparedStatement statement, int index, @Nullable Object value, ColumnMeta column)
            throws SQLException {
        if (column.form().isUntyped() && (value == null || value instanceof String)) {
            // A typed text would not fit a column of another type, and a typed CHAR would compare with its blanks.
            statement.setObject(index, value, Types.OTHER);
        } else if (value == null) {
            statement.setNull(index, column.jdbcType());
        } else if (column.form() == ColumnForm.TEMPORAL_TEXT || column.form() == ColumnForm.MOMENT_TEXT) {
            statement.setString(index, TemporalText.write(value));
        } else if (column.form() == ColumnForm.DOUBLE || column.form() == ColumnForm.ROUNDED_FLOAT) {
            // A float's own digits may mean a double beyond the largest float.
            statement.setString(
                    index, value instanceof Float number ? Double.toString(number.doubleValue()) : value.toString());
        } else if (column.form() == ColumnForm.BITS && value instanceof byte[] bits) {
            statement.setBigDecimal(index, new BigDecimal(new BigInteger(1, bits)));
        } else if (value instanceof BigInteger number) {
            // MySQL's driver (9.7) may send it signed where a prepared statement held a NULL there before.
            statement.setBigDecimal(index, new BigDecimal(number));
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else if (value instanceof String text) {
            statement.setString(index, text);
        } else {
            statement.setObject(index, value);
        }
    }

    /** Whether two values, read in the same way, are the same to the last digit. */
    public static boolean identical(@Nullable Object one, @Nullable Object other) {
        return Objects.deepEquals(one, other);
    }

    /** Whether two values of one column are the same to the database. */
    public static boolean same(@Nullable Object one, @Nullable Object other) {
        return comparable(one).equals(comparable(other));
    }

    /**
     * A value whose {@code equals} is the database's: numbers by amount whatever their class (a Long where that holds it),
     * bytes by content, moments whatever their offset, and a Boolean like the number that some drivers give in its place. Null
     * becomes a value of its own.
     */
    static Object comparable(@Nullable Object value) {
        if (value == null) {
            return Void.class;
        }
        if (value instanceof Double || value instanceof Float) {
            return value;
        }
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        if (value instanceof Long) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Number number) {
            return shortest(number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString()));
        }
        if (value instanceof OffsetDateTime moment) {
            return moment.toInstant();
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    /** A Long if that holds the amount, otherwise without the zeros at its end. */
    private static Object shortest(BigDecimal number) {
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (stripped.scale() <= 0 && (long) stripped.precision() - stripped.scale() <= DIGITS_OF_LONG) {
            BigInteger whole = stripped.toBigInteger();
            return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : stripped;
        }
        return stripped;
    }
}
