package dev.lockstep.rm.at.undo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one column value stands in an undo log. Strings, booleans, ints and doubles are bare; everything else is a pair of
 * class name and value (JacksonUndoLogParser, 2.0.0):
 *
 * <pre>
 * ["java.lang.Long",1]  Byte, Short, Float, java.math.BigDecimal and BigInteger alike
 * ["[B","base64"]       ["javax.sql.rowset.serial.SerialBlob","base64"]  ["javax.sql.rowset.serial.SerialClob","text"]
 * ["java.sql.Timestamp",[millis,nanos]]    or only millis when nothing is below them, as with java.time.LocalDateTime
 * ["java.sql.Date",millis]  ["java.sql.Time","hh:mm:ss"]  ["java.util.UUID","text"]
 * </pre>
 *
 * <p>The official temporal forms depend on the zone of the JVM and drop fractions. Beside them, in the same Field object,
 * we write the exact ISO text in a property of our own, which official readers skip and ours prefers.
 */
final class UndoValues {

    /** The property of ours in a Field object. */
    static final String EXACT_TEXT = "lockstep";

    /** A date and time have seven. */
    static final int MOST_NUMBERS = 7;

    private static final String TIMESTAMP = "java.sql.Timestamp";
    private static final String DATE = "java.sql.Date";
    private static final String TIME = "java.sql.Time";
    private static final String BLOB = "javax.sql.rowset.serial.SerialBlob";
    private static final String CLOB = "javax.sql.rowset.serial.SerialClob";
    private static final String BYTES = "[B";

    private UndoValues() {}

    /**
     * A value as JSON shows it.
     *
     * @param className the class of a pair, or null for a bare value
     * @param value null, Boolean, String, a number (written), {@link NumberText} (read), byte[] (written) or long[]
     * @param exactText the property of ours, or null
     */
    record Written(
            @Nullable String className,
            @Nullable Object value,
            @Nullable String exactText) {}

    /** Digits as they stand in JSON. */
    record NumberText(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    static Written toWritten(@Nullable Object value, int jdbcType) {
        if (value == null || value instanceof Boolean || value instanceof Integer) {
            return new Written(null, value, null);
        }
        if (value instanceof String text) {
            return jdbcType == Types.CLOB || jdbcType == Types.NCLOB
                    ? new Written(CLOB, text, null)
                    : new Written(null, text, null);
        }
        if (value instanceof Double number) {
            return number.isNaN() || number.isInfinite()
                    ? new Written(null, number, number.toString())
                    : new Written(null, number, null);
        }
        if (value instanceof Number || value instanceof UUID) {
            return new Written(value.getClass().getName(), value instanceof UUID ? value.toString() : value, null);
        }
        if (value instanceof byte[] bytes) {
            return new Written(jdbcType == Types.BLOB ? BLOB : BYTES, bytes, null);
        }
        return temporal(value);
    }

    private static Written temporal(Object value) {
        if (value instanceof LocalDateTime dateTime) {
            java.sql.Timestamp official = java.sql.Timestamp.valueOf(dateTime);
            boolean belowMillis = official.getNanos() % 1_000_000 != 0;
            return new Written(
                    TIMESTAMP,
                    belowMillis ? new long[] {official.getTime(), official.getNanos()} : (Object) official.getTime(),
                    dateTime.toString());
        }
        if (value instanceof LocalDate date) {
            return new Written(DATE, java.sql.Date.valueOf(date).getTime(), date.toString());
        }
        if (value instanceof LocalTime time) {
            return new Written(TIME, java.sql.Time.valueOf(time).toString(), time.toString());
        }
        if (value instanceof OffsetDateTime || value instanceof OffsetTime) {
            // The official 2.0 writer fails on these; text is what its reader can bind.
            return new Written(null, value.toString(), value.toString());
        }
        throw new IllegalArgumentException(
                "No form in the undo log for " + value.getClass().getName());
    }

    /**
     * The value of {@link dev.lockstep.rm.at.image.ColumnValues} that a written one means.
     *
     * @throws IllegalArgumentException if its text is none of its class
     * @throws java.time.DateTimeException likewise
     */
    static @Nullable Object fromWritten(Written written, int jdbcType, String column) throws UndoLogFormatException {
        Object value = written.value();
        if (value == null) {
            return null;
        }
        String text = value.toString();
        if (written.exactText() != null) {
            Object exact = exact(written.exactText(), jdbcType);
            if (exact != null) {
                return exact;
            }
        }
        if (written.className() == null) {
            return bare(value, jdbcType);
        }
        return switch (written.className()) {
            case "java.lang.String" -> text;
            case "java.lang.Boolean" -> Boolean.valueOf(text);
            case "java.lang.Byte" -> Byte.valueOf(text);
            case "java.lang.Short" -> Short.valueOf(text);
            case "java.lang.Integer" -> Integer.valueOf(text);
            case "java.lang.Long" -> Long.valueOf(text);
            case "java.lang.Float" -> Float.valueOf(text);
            case "java.lang.Double" -> Double.valueOf(text);
            case "java.math.BigDecimal" -> decimal(text);
            case "java.math.BigInteger" -> new BigInteger(text);
            case "java.util.UUID" -> UUID.fromString(text);
            case BYTES, BLOB -> Base64.getDecoder().decode(text);
            case CLOB -> text;
            case TIMESTAMP, "java.time.LocalDateTime", "java.util.Date" -> dateTime(value);
            case DATE -> date(value, text);
            case TIME -> value instanceof NumberText ? dateTime(value).toLocalTime() : LocalTime.parse(text);
            case "java.time.LocalDate" -> value instanceof long[] parts ? date(parts) : LocalDate.parse(text);
            case "java.time.LocalTime" -> value instanceof long[] parts ? time(parts, 0) : LocalTime.parse(text);
            case "java.time.OffsetDateTime" -> OffsetDateTime.parse(text);
            default ->
                throw new UndoLogFormatException(
                        "Column " + column + " holds a value of class " + written.className()
                                + ", which is not known here. Nothing was loaded or undone",
                        null);
        };
    }

    private static BigDecimal decimal(String text) {
        BigDecimal number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) > UndoLogJson.LONGEST_NUMBER) {
            // A few characters would become gigabytes wherever its digits are written out.
            throw new IllegalArgumentException("No database holds the number " + text);
        }
        return number;
    }

    private static Object bare(Object value, int jdbcType) {
        if (!(value instanceof NumberText number)) {
            return value;
        }
        String digits = number.text();
        boolean fraction = digits.indexOf('.') >= 0 || digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0;
        if (fraction || jdbcType == Types.DOUBLE || jdbcType == Types.FLOAT) {
            return Double.valueOf(digits);
        }
        return Integer.valueOf(digits);
    }

    private static @Nullable Object exact(String text, int jdbcType) {
        return switch (jdbcType) {
            case Types.DATE -> LocalDate.parse(text);
            case Types.TIME -> LocalTime.parse(text);
            case Types.TIMESTAMP -> LocalDateTime.parse(text);
            case Types.TIME_WITH_TIMEZONE -> OffsetTime.parse(text);
            case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.parse(text);
            // A NUMERIC has an exact text only where it is no number: PostgreSQL's NaN and infinities.
            case Types.DOUBLE, Types.FLOAT, Types.NUMERIC, Types.DECIMAL -> Double.valueOf(text);
            default -> null;
        };
    }

    private static Object date(Object value, String text) {
        return value instanceof NumberText ? dateTime(value).toLocalDate() : LocalDate.parse(text);
    }

    private static LocalDate date(long[] parts) {
        if (parts.length < 3) {
            throw new IllegalArgumentException("A date of " + parts.length + " parts");
        }
        return LocalDate.of(Math.toIntExact(parts[0]), Math.toIntExact(parts[1]), Math.toIntExact(parts[2]));
    }

    /** Hour and minute from this part on, then, if any, second and nanosecond. */
    private static LocalTime time(long[] parts, int from) {
        int[] fields = new int[4];
        if (parts.length < from + 2 || parts.length > from + fields.length) {
            throw new IllegalArgumentException("A time of " + (parts.length - from) + " parts");
        }
        for (int i = from; i < parts.length; i++) {
            fields[i - from] = Math.toIntExact(parts[i]);
        }
        return LocalTime.of(fields[0], fields[1], fields[2], fields[3]);
    }

    /**
     * Milliseconds since the epoch, alone or with the nanoseconds of the second, in the zone of this JVM; or, as newer clients
     * write (jackson-datatype-jsr310), the fields from the year on.
     */
    private static LocalDateTime dateTime(Object value) {
        if (value instanceof long[] parts) {
            if (parts.length > 4) {
                return LocalDateTime.of(date(parts), time(parts, 3));
            }
            if (parts.length != 2) {
                throw new IllegalArgumentException("A moment of " + parts.length + " parts");
            }
            java.sql.Timestamp moment = new java.sql.Timestamp(parts[0]);
            moment.setNanos(Math.toIntExact(parts[1]));
            return moment.toLocalDateTime();
        }
        long millis = Long.parseLong(value.toString());
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneId.systemDefault());
    }
}
