package dev.lockstep.rm.peer;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A client on one database, of whatever make. What one member of a fleet has written any other must be able to roll back,
 * as the TC asks whom it likes. Used by one thread at a time.
 */
interface FleetMember {

    /** What a local transaction does. */
    interface LocalWork {
        void run(Connection connection) throws SQLException;
    }

    /**
     * What a branch has told the TC.
     *
     * @param lockKeys those of each registration
     */
    record Branch(String resourceId, List<String> lockKeys) {}

    /** Runs the work as one branch and commits it locally; its global transaction stays open. */
    Branch write(String xid, long branchId, LocalWork work) throws Exception;

    /** Runs statements as one branch and commits it locally. */
    default Branch write(String xid, long branchId, String... statements) throws Exception {
        return write(xid, branchId, connection -> {
            for (String sql : statements) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.executeUpdate();
                }
            }
        });
    }

    /** Rolls a branch back, or throws. */
    void rollBack(String xid, long branchId) throws Exception;
}
