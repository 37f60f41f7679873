package dev.lockstep.rm.peer;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The branches whose commit one instance has answered for, those of other instances among them: the TC never asks for them
 * again, so nobody else deletes their undo logs. Uses nothing but the JDK, as {@link TransferLoop} does. Thread-safe.
 */
final class AnsweredCommits {

    private final Set<String> branches = ConcurrentHashMap.newKeySet();

    void add(String xid, long branchId) {
        branches.add(xid + " " + branchId);
    }

    /** Those whose undo logs are still there. */
    List<String> undeleted(DataSource database) throws SQLException {
        List<String> undeleted = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT xid, branch_id FROM undo_log WHERE log_status = 0")) {
            while (rows.next()) {
                String branch = rows.getString(1) + " " + rows.getLong(2);
                if (branches.contains(branch)) {
                    undeleted.add(branch);
                }
            }
        }
        return undeleted;
    }
}
