package dev.lockstep.rm.at.image;

import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
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

    /** The text of a value that {@link #read} gave, or an undo log. */
    static String write(Object value) {
        if (value instanceof LocalDateTime moment) {
            return moment.toLocalDate() + " " + write(moment.toLocalTime());
        }
        return value instanceof LocalTime time ? DateTimeFormatter.ISO_LOCAL_TIME.format(time) : value.toString();
    }
}
