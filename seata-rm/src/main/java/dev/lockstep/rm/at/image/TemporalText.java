package dev.lockstep.rm.at.image;

import java.sql.SQLDataException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Dates and times as a database writes them: {@code 2024-02-29}, {@code 10:00:00.5}, {@code 2024-02-29 10:00:00.5}. */
final class TemporalText {

    private TemporalText() {}

    /** The moment that a text means; the text itself where it means none, as {@code 0000-00-00}. */
    static @Nullable Object read(@Nullable String text, int jdbcType) {
        if (text == null) {
            return null;
        }
        try {
            return switch (jdbcType) {
                case Types.DATE -> LocalDate.parse(text);
                case Types.TIME -> LocalTime.parse(text);
                default -> LocalDateTime.parse(text.replace(' ', 'T'));
            };
        } catch (DateTimeException e) {
            return text;
        }
    }

    /**
     * The moment that a text means behind which, after a blank, the same moment stands in seconds since 1970; with the offset
     * that makes one of the other. Without the seconds, as {@link #read}.
     */
    static @Nullable Object readMoment(@Nullable String text) throws SQLDataException {
        int end = text == null ? -1 : text.indexOf(' ', text.indexOf(' ') + 1);
        if (text == null || end < 0) {
            return read(text, Types.TIMESTAMP);
        }
        Object shown = read(text.substring(0, end), Types.TIMESTAMP);
        if (!(shown instanceof LocalDateTime clock)) {
            return shown;
        }
        int point = text.indexOf('.', end);
        long seconds = Long.parseLong(text, end + 1, point < 0 ? text.length() : point, 10);
        try {
            return clock.atOffset(
                    ZoneOffset.ofTotalSeconds(Math.toIntExact(clock.toEpochSecond(ZoneOffset.UTC) - seconds)));
        } catch (DateTimeException | ArithmeticException e) {
            throw new SQLDataException("No zone shows one moment as both of " + text, "22008", e);
        }
    }

    /** The text of a value that {@link #read} gave, or an undo log. */
    static String write(Object value) {
        if (value instanceof OffsetDateTime moment) {
            // For a session of that offset.
            return write(moment.toLocalDateTime());
        }
        if (value instanceof LocalDateTime moment) {
            return moment.toLocalDate() + " " + write(moment.toLocalTime());
        }
        return value instanceof LocalTime time ? DateTimeFormatter.ISO_LOCAL_TIME.format(time) : value.toString();
    }
}
