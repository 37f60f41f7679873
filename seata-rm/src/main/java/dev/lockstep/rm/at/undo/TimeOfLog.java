package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.UniversalTime;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The zone in which a session is while an undo log is replayed, and the log in terms of that zone. Moments that the database
 * shows by the session's clock have their offset in logs of ours. Where the session's clock shows them so too, its zone is left
 * alone, as generated columns and triggers may compute by it; elsewhere they are written back in UTC. Official logs have no
 * offset: those of their moments are as the clock of the session shows them, and its zone is left alone.
 *
 * @param log the undo log, to be replayed until the end of the span
 * @param span to be closed before the connection is given back, whatever happens
 */
record TimeOfLog(UndoLog log, UniversalTime.Span span) implements AutoCloseable {

    /** Days whose moments are looked at; logs of more are replayed in UTC. */
    private static final int MOST_DAYS = 100;

    /** Sets the session's zone, to be given back by closing, where that matters. */
    static TimeOfLog begin(Connection connection, Dialect dialect, UndoLog log) throws SQLException {
        UniversalTime universal = dialect.replay().universalTime();
        if (universal == null) {
            return new TimeOfLog(log, () -> {});
        }
        Set<OffsetDateTime> days = daysOf(log);
        if (days.isEmpty() || days.size() <= MOST_DAYS && universal.isShown(connection, around(days))) {
            return new TimeOfLog(log, () -> {});
        }
        return new TimeOfLog(inUniversalTime(log), universal.begin(connection));
    }

    @Override
    public void close() throws SQLException {
        span.close();
    }

    static boolean holdsOffsets(Collection<List<@Nullable Object>> rows) {
        return rows.stream().anyMatch(row -> row.stream().anyMatch(OffsetDateTime.class::isInstance));
    }

    private static Set<OffsetDateTime> daysOf(UndoLog log) {
        Set<OffsetDateTime> days = new LinkedHashSet<>();
        log.changes().stream()
                .flatMap(change -> Stream.of(change.before(), change.after()))
                .flatMap(image -> image.rows().stream())
                .forEach(row -> {
                    for (Object value : row) {
                        if (value instanceof OffsetDateTime moment) {
                            days.add(moment.truncatedTo(ChronoUnit.DAYS));
                        }
                    }
                });
        return days;
    }

    /**
     * The midnights a day before and a day after each: a clock that shows both with one offset is not set in between, so that
     * it shows each moment of the day with that offset, and once.
     */
    private static List<OffsetDateTime> around(Set<OffsetDateTime> days) {
        return days.stream()
                .flatMap(day -> Stream.of(day.minusDays(1), day.plusDays(2)))
                .distinct()
                .toList();
    }

    private static UndoLog inUniversalTime(UndoLog log) {
        return new UndoLog(
                log.xid(),
                log.branchId(),
                log.changes().stream()
                        .map(change -> new RowChange(
                                change.kind(),
                                change.tableName(),
                                inUniversalTime(change.before()),
                                inUniversalTime(change.after())))
                        .toList());
    }

    private static TableImage inUniversalTime(TableImage image) {
        if (!holdsOffsets(image.rows())) {
            return image;
        }
        List<List<@Nullable Object>> rows = new ArrayList<>(image.size());
        for (List<@Nullable Object> row : image.rows()) {
            List<@Nullable Object> values = new ArrayList<>(row);
            values.replaceAll(value -> value instanceof OffsetDateTime moment ? universal(moment) : value);
            rows.add(values);
        }
        return new TableImage(image.tableName(), image.columns(), rows);
    }

    private static OffsetDateTime universal(OffsetDateTime moment) {
        return moment.withOffsetSameInstant(ZoneOffset.UTC);
    }

    /** What a clock of UTC shows at this moment. */
    static LocalDateTime clockOf(OffsetDateTime moment) {
        return universal(moment).toLocalDateTime();
    }
}
