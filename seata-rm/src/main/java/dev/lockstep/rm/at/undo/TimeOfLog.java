package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.UniversalTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The zone in which a session must be while an undo log is replayed. Moments that the database shows by the session's clock have
 * their offset in logs of ours, and are written back in UTC, whichever zones the two sessions have. Official logs have no
 * offset: those of their moments are as the clock of the session shows them, and its zone is left alone.
 */
final class TimeOfLog {

    private TimeOfLog() {}

    /** Sets the session's zone, to be given back by closing; does nothing where it does not matter. */
    static UniversalTime.Span begin(Connection connection, Dialect dialect, UndoLog log) throws SQLException {
        UniversalTime universalTime = dialect.universalTime();
        return universalTime != null && holdsOffsets(log) ? universalTime.begin(connection) : () -> {};
    }

    private static boolean holdsOffsets(UndoLog log) {
        return log.changes().stream()
                .flatMap(change -> Stream.of(change.before(), change.after()))
                .anyMatch(image -> holdsOffsets(image.rows()));
    }

    static boolean holdsOffsets(Collection<List<@Nullable Object>> rows) {
        return rows.stream().anyMatch(row -> row.stream().anyMatch(OffsetDateTime.class::isInstance));
    }
}
