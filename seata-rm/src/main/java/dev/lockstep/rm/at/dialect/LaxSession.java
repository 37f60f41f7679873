package dev.lockstep.rm.at.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How a session comes to take a value, for a while, that columns hold and a strict session refuses: one that was not strict has
 * left it there. What else does not fit is changed silently then, so that who writes must look at what was written. Immutable.
 *
 * @param typeName the type whose columns hold such a value
 * @param value the value as text
 * @param set statement that keeps the session's mode and sets another
 * @param restore statement that gives the mode back
 */
public record LaxSession(String typeName, String value, String set, String restore) {

    /** What is done in such a session. */
    @FunctionalInterface
    public interface Work {
        void run() throws SQLException;
    }

    /** Does this work; the session has its mode back after it, or is given up with an error. */
    public void during(Connection connection, Work work) throws SQLException {
        execute(connection, set);
        try {
            work.run();
        } catch (SQLException | RuntimeException | Error e) {
            try {
                execute(connection, restore);
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        execute(connection, restore);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
