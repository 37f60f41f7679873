package dev.lockstep.testing.junit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What is expected of the table undo_log of a database. Markers, which forbid a late commit, do not count. */
public final class UndoLogAssert extends AbstractAssert<UndoLogAssert, DataSource> {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String COUNT = "SELECT COUNT(*) FROM undo_log WHERE log_status = 0";

    private UndoLogAssert(DataSource database) {
        super(database, UndoLogAssert.class);
    }

    public static UndoLogAssert assertThatUndoLogOf(DataSource database) {
        return new UndoLogAssert(database);
    }

    /** So many undo logs are there now. */
    public UndoLogAssert hasRows(int expected) {
        int found = rows();
        if (found != expected) {
            throw failureWithActualExpected(
                    found, expected, "Expected %s undo logs, and there are %s", expected, found);
        }
        return this;
    }

    /** Soon none is there: those of committed branches are deleted in the background. */
    public UndoLogAssert becomesEmpty() {
        try {
            Awaitility.await().atMost(SOON).until(() -> rows() == 0);
        } catch (ConditionTimeoutException e) {
            throw failure("Expected no undo log, and after %s s there are %s", SOON.toSeconds(), rows());
        }
        return this;
    }

    private int rows() {
        try (Connection connection = actual.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COUNT)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError("The undo logs could not be counted.", e);
        }
    }
}
