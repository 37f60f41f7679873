package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.meta.ColumnMeta;
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
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Calendar;
import java.util.GregorianCalendar;
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
 * {"@class":"org.postgresql.util.PGobject","type":"jsonb","value":"text","null":false}
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

    private static final String TIMESTAMP = ImageColumn.TIMESTAMP;
    private static final String DATE = "java.sql.Date";
    private static final String TIME = "java.sql.Time";
    private static final String BLOB = "javax.sql.rowset.serial.SerialBlob";
    private static final String CLOB = "javax.sql.rowset.serial.SerialClob";
    private static final String BYTES = "[B";
    private static final String LOCAL_DATE_TIME = "java.time.LocalDateTime";
    private static final String UUID_CLASS = "java.util.UUID";

    /** PostgreSQL's infinity in milliseconds, as its driver writes and reads it (class PGStatement). */
    private static final long INFINITE_MILLIS = 9223372036825200000L;

    private static final long MINUS_INFINITE_MILLIS = -9223372036832400000L;

    private UndoValues() {}

    /**
     * A value as JSON shows it.
     *
     * @param className the class of a pair, or null for a bare value
     * @param value null, Boolean, String, a number (written), {@link NumberText} (read), byte[] (written) or long[]
     * @param exactText the property of ours, or null (written)
     */
    record Written(
            @Nullable String className,
            @Nullable Object value,
            @Nullable String exactText) {

        static final Written NULL = new Written(null, null, null);
    }

    /** Digits as they stand in JSON. */
    record NumberText(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    static Written toWritten(@Nullable Object value, ImageColumn column) {
        if (value instanceof String text && ImageColumn.OBJECT.equals(column.officialClass())) {
            // One bit is a Boolean to the driver.
            boolean oneBit = column.jdbcType() == Types.BIT && text.length() == 1;
            return oneBit ? new Written(null, text.equals("1"), null) : new Written(ImageColumn.OBJECT, text, null);
        }
        if (value instanceof String text && UUID_CLASS.equals(column.officialClass())) {
            return new Written(UUID_CLASS, text, null);
        }
        if (value instanceof LocalDateTime dateTime && LOCAL_DATE_TIME.equals(column.officialClass())) {
            Instant moment = dateTime.atZone(ZoneId.systemDefault()).toInstant();
            return timestamp(LOCAL_DATE_TIME, moment.toEpochMilli(), moment.getNano(), dateTime.toString());
        }
        if (value instanceof OffsetDateTime moment && TIMESTAMP.equals(column.officialClass())) {
            return timestamp(java.sql.Timestamp.valueOf(moment.toLocalDateTime()), moment.toString());
        }
        if (value instanceof Integer number) {
            return new Written(
                    column.jdbcType() == Types.DATE && number > 0 ? DATE : null,
                    asDriver(number, column.jdbcType()),
                    null);
        }
        return toWritten(value, column.jdbcType());
    }

    /** TINYINT(1) is a boolean to MySQL's drivers, and a YEAR a date; a value that is none stays a number. */
    private static Object asDriver(int number, int driverType) {
        if ((driverType == Types.BIT || driverType == Types.BOOLEAN) && (number == 0 || number == 1)) {
            return number == 1;
        }
        return driverType == Types.DATE && number > 0
                ? java.sql.Date.valueOf(LocalDate.of(number, 1, 1)).getTime()
                : (Object) number;
    }

    private static Written toWritten(@Nullable Object value, int jdbcType) {
        if (value == null || value instanceof Boolean) {
            return new Written(null, value, null);
        }
        if (value instanceof String text) {
            return jdbcType == Types.CLOB || jdbcType == Types.NCLOB
                    ? new Written(CLOB, text, null)
                    : new Written(null, text, null);
        }
        if (value instanceof Double number) {
            return number.isNaN() || number.isInfinite()
                    ? new Written("java.lang.Double", number, number.toString())
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
        if (value.equals(LocalDateTime.MAX) || value.equals(OffsetDateTime.MAX)) {
            return new Written(TIMESTAMP, INFINITE_MILLIS, value.toString());
        }
        if (value.equals(LocalDateTime.MIN) || value.equals(OffsetDateTime.MIN)) {
            return new Written(TIMESTAMP, MINUS_INFINITE_MILLIS, value.toString());
        }
        if (value instanceof LocalDateTime dateTime) {
            return timestamp(java.sql.Timestamp.valueOf(dateTime), dateTime.toString());
        }
        if (value instanceof OffsetDateTime moment) {
            return timestamp(java.sql.Timestamp.from(moment.toInstant()), moment.toString());
        }
        if (value instanceof LocalDate date) {
            long millis = date.equals(LocalDate.MAX)
                    ? INFINITE_MILLIS
                    : date.equals(LocalDate.MIN)
                            ? MINUS_INFINITE_MILLIS
                            : java.sql.Date.valueOf(date).getTime();
            return new Written(DATE, millis, date.toString());
        }
        if (value instanceof LocalTime time) {
            return new Written(TIME, java.sql.Time.valueOf(time).toString(), time.toString());
        }
        if (value instanceof OffsetTime) {
            // The official form has no zone and would be bound as another time; on text its reader fails and undoes
            // nothing.
            return new Written(null, value.toString(), value.toString());
        }
        throw new IllegalArgumentException(
                "No form in the undo log for " + value.getClass().getName());
    }

    private static Written timestamp(java.sql.Timestamp official, String exactText) {
        return timestamp(TIMESTAMP, official.getTime(), official.getNanos(), exactText);
    }

    private static Written timestamp(String className, long millis, int nanos, String exactText) {
        boolean belowMillis = nanos % 1_000_000 != 0;
        return new Written(className, belowMillis ? new long[] {millis, nanos} : (Object) millis, exactText);
    }

    /**
     * The value of {@link dev.lockstep.rm.at.image.ColumnValues} that a written one means, or an {@link Instant} where only
     * the column can tell.
     *
     * @param exactText the property of ours beside it, or null
     * @throws IllegalArgumentException if its text is none of its class
     * @throws java.time.DateTimeException likewise
     */
    static @Nullable Object fromWritten(Written written, @Nullable String exactText, int jdbcType, String column)
            throws UndoLogFormatException {
        Object value = written.value();
        if (value == null) {
            return null;
        }
        String text = value.toString();
        if (exactText != null) {
            Object exact = exact(exactText, jdbcType);
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
            case UUID_CLASS -> UUID.fromString(text);
            case BYTES, BLOB -> Base64.getDecoder().decode(text);
            case CLOB, ImageColumn.OBJECT -> text;
            case TIMESTAMP, "java.util.Date" -> moment(value);
            case LOCAL_DATE_TIME -> dateTime(value);
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
            case Types.TIME -> hasOffset("T" + text) ? OffsetTime.parse(text) : LocalTime.parse(text);
            case Types.TIMESTAMP -> hasOffset(text) ? OffsetDateTime.parse(text) : LocalDateTime.parse(text);
            case Types.TIME_WITH_TIMEZONE -> OffsetTime.parse(text);
            case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.parse(text);
            // A NUMERIC has an exact text only where it is no number: PostgreSQL's NaN and infinities.
            case Types.DOUBLE, Types.FLOAT, Types.NUMERIC, Types.DECIMAL -> Double.valueOf(text);
            default -> null;
        };
    }

    private static boolean hasOffset(String text) {
        int time = text.indexOf('T') + 1;
        return text.endsWith("Z") || text.indexOf('+', time) > 0 || text.indexOf('-', time) > 0;
    }

    /** In the calendar of java.sql, which has other days than java.time before 1582. */
    private static Object date(Object value, String text) {
        if (!(value instanceof NumberText)) {
            return LocalDate.parse(text);
        }
        long millis = Long.parseLong(text);
        return millis == INFINITE_MILLIS
                ? LocalDate.MAX
                : millis == MINUS_INFINITE_MILLIS
                        ? LocalDate.MIN
                        : civil(Instant.ofEpochMilli(millis)).toLocalDate();
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

    /** Milliseconds since the epoch, alone or with the nanoseconds of the second. */
    private static Instant moment(Object value) {
        if (value instanceof long[] parts) {
            if (parts.length != 2) {
                throw new IllegalArgumentException("A moment of " + parts.length + " parts");
            }
            return Instant.ofEpochSecond(Math.floorDiv(parts[0], 1000L), Math.toIntExact(parts[1]));
        }
        long millis = Long.parseLong(value.toString());
        return millis == INFINITE_MILLIS
                ? Instant.MAX
                : millis == MINUS_INFINITE_MILLIS ? Instant.MIN : Instant.ofEpochMilli(millis);
    }

    /**
     * A value read from an undo log as this column holds it: what the official client has as one class may be several types of
     * the database.
     *
     * @throws UndoLogFormatException if no such value can be in the column
     */
    static @Nullable Object inColumn(@Nullable Object value, ColumnMeta column) throws UndoLogFormatException {
        if (value instanceof Instant moment) {
            return column.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE ? withOffset(moment) : inZone(moment);
        }
        if (column.form().isUntyped() && value instanceof Number number) {
            return number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
        }
        if (column.form().isUntyped() && value instanceof Boolean flag) {
            return column.jdbcType() == Types.BIT ? (flag ? "1" : "0") : (flag ? "t" : "f");
        }
        if (column.form() == ColumnForm.INTEGER && value instanceof LocalDate date) {
            return date.getYear();
        }
        if (column.form() == ColumnForm.INTEGER && value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (column.form() == ColumnForm.TEXT && value instanceof UUID uuid) {
            return uuid.toString();
        }
        if (column.jdbcType() == Types.TIME_WITH_TIMEZONE && value instanceof LocalTime) {
            throw new UndoLogFormatException(
                    "The undo log holds a time without its offset for column " + column.name()
                            + ". Nothing was undone; the client that wrote it can try",
                    null);
        }
        return value;
    }

    private static OffsetDateTime withOffset(Instant moment) {
        return moment.equals(Instant.MAX)
                ? OffsetDateTime.MAX
                : moment.equals(Instant.MIN) ? OffsetDateTime.MIN : moment.atOffset(ZoneOffset.UTC);
    }

    /** In the zone of this JVM and the calendar of java.sql. */
    private static LocalDateTime inZone(Instant moment) {
        return moment.equals(Instant.MAX)
                ? LocalDateTime.MAX
                : moment.equals(Instant.MIN) ? LocalDateTime.MIN : civil(moment);
    }

    /** Timestamp.toLocalDateTime would make years after Christ of those before. */
    private static LocalDateTime civil(Instant moment) {
        GregorianCalendar calendar = new GregorianCalendar();
        calendar.setTimeInMillis(moment.toEpochMilli());
        int year = calendar.get(Calendar.YEAR);
        return LocalDateTime.of(
                calendar.get(Calendar.ERA) == GregorianCalendar.BC ? 1 - year : year,
                calendar.get(Calendar.MONTH) + 1,
                calendar.get(Calendar.DAY_OF_MONTH),
                calendar.get(Calendar.HOUR_OF_DAY),
                calendar.get(Calendar.MINUTE),
                calendar.get(Calendar.SECOND),
                moment.getNano());
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
        }
        return LocalDateTime.ofInstant(moment(value), ZoneId.systemDefault());
    }
}
