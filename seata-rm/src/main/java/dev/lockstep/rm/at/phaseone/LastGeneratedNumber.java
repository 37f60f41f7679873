package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.dialect.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the number that a session was given last, which users ask for by {@code LAST_INSERT_ID()}, while a row of our own is
 * inserted: where an old script gave the undo log table a number of its own, the user would get that. Whether it has one shows
 * itself at the first row; where it has none, nothing more is asked. Thread-safe.
 */
public final class LastGeneratedNumber {

    private static final String NOBODYS = "0";

    private final Dialect dialect;
    /** Whether our rows are given numbers; null as long as that is not known. */
    private volatile @Nullable Boolean disturbed;

    public LastGeneratedNumber(Dialect dialect) {
        this.dialect = dialect;
        this.disturbed = dialect.session().lastGeneratedNumber() == null ? Boolean.FALSE : null;
    }

    /** Inserts rows of our own. */
    interface Insertion {
        int run() throws SQLException;
    }

    /** Runs the insertion so that the session does not notice it; gives what it gives. */
    int keepAround(Connection connection, Insertion insertion) throws SQLException {
        Boolean known = disturbed;
        String query = dialect.session().lastGeneratedNumber();
        if (query == null || known != null && !known) {
            return insertion.run();
        }
        String users = ask(connection, query.formatted(""));
        if (known == null) {
            // Nothing is ever given this number, so that whatever is there afterwards tells.
            ask(connection, query.formatted(NOBODYS));
        }
        int result = insertion.run();
        if (known == null) {
            disturbed = !ask(connection, query.formatted("")).equals(NOBODYS);
        }
        ask(connection, query.formatted(users));
        return result;
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
