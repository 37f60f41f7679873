package dev.lockstep.rm.at;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One step of a random transaction, made up before it runs, so that it can be run again without its neighbours.
 *
 * @param form what it shows, for the count of what occurred
 * @param how it is done
 * @param sql the text, or the name of a savepoint; empty for a step without
 * @param frames what is bound, execution by execution
 */
record RandomStep(String form, How how, String sql, List<List<@Nullable Object>> frames) {

    enum How {
        /** Opens a connection in autocommit mode; one that is open is closed as it is. */
        AUTOCOMMIT,
        /** Opens a connection with a local transaction; one that is open is closed as it is. */
        LOCALLY,
        COMMIT,
        ROLLBACK,
        SAVEPOINT,
        ROLLBACK_TO_SAVEPOINT,
        RELEASE_SAVEPOINT,
        /** A prepared statement, executed for each frame. */
        PREPARED,
        /** A prepared statement with all frames in one batch. */
        BATCH,
        /** A plain statement. */
        PLAIN,
        /** Plain statements separated by lines, in one batch. */
        BATCH_OF_TEXTS
    }

    static RandomStep of(How how) {
        return new RandomStep(how.name(), how, "", List.of());
    }

    static RandomStep savepoint(How how, String name) {
        return new RandomStep(how.name(), how, name, List.of());
    }

    static RandomStep plain(String form, String sql) {
        return new RandomStep(form, How.PLAIN, sql, List.of());
    }

    /** Runs the steps, each branch on a connection of its own. */
    static void run(Rig rig, List<RandomStep> steps) throws SQLException {
        @Nullable Connection connection = null;
        Map<String, Savepoint> savepoints = new HashMap<>();
        try {
            for (RandomStep step : steps) {
                if (connection == null || step.how == How.AUTOCOMMIT || step.how == How.LOCALLY) {
                    if (connection != null) {
                        connection.close();
                    }
                    connection = rig.managed.getConnection();
                    connection.setAutoCommit(step.how != How.LOCALLY);
                    savepoints.clear();
                }
                step.run(connection, savepoints);
            }
        } finally {
            if (connection != null) {
                connection.close();
            }
        }
    }

    private void run(Connection connection, Map<String, Savepoint> savepoints) throws SQLException {
        // A case that is being shrunk may lack the step that this one needs.
        boolean local = !connection.getAutoCommit();
        switch (how) {
            case AUTOCOMMIT, LOCALLY -> {}
            case COMMIT -> {
                if (local) {
                    connection.commit();
                }
            }
            case ROLLBACK -> {
                if (local) {
                    connection.rollback();
                }
            }
            case SAVEPOINT -> {
                if (local) {
                    savepoints.put(sql, connection.setSavepoint(sql));
                }
            }
            case ROLLBACK_TO_SAVEPOINT -> {
                if (savepoints.containsKey(sql)) {
                    connection.rollback(savepoints.get(sql));
                }
            }
            case RELEASE_SAVEPOINT -> {
                if (savepoints.containsKey(sql)) {
                    connection.releaseSavepoint(savepoints.remove(sql));
                }
            }
            case PREPARED, BATCH -> runPrepared(connection);
            case PLAIN -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(sql);
                }
            }
            case BATCH_OF_TEXTS -> {
                try (Statement statement = connection.createStatement()) {
                    for (String text : sql.split("\n")) {
                        statement.addBatch(text);
                    }
                    statement.executeBatch();
                }
            }
        }
    }

    private void runPrepared(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<@Nullable Object> frame : frames) {
                for (int i = 0; i < frame.size(); i++) {
                    statement.setObject(i + 1, frame.get(i));
                }
                if (how == How.BATCH) {
                    statement.addBatch();
                } else {
                    statement.execute();
                }
            }
            if (how == How.BATCH) {
                statement.executeBatch();
            }
        }
    }

    @Override
    public String toString() {
        String values = frames.stream()
                .map(frame -> frame.stream()
                        .map(value -> value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(" "));
        return "\n    " + how + " " + sql + " " + values;
    }
}
