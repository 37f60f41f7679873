package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;

final class DeadlockOnH2Test extends DeadlockContract {

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000");
        return new Rig(h2, "h2", options);
    }

    /** A query that loses leaves the locks of its local transaction, which can only be rolled back, to the user. */
    @Override
    List<String> victims() {
        return List.of("UPDATE note SET amount = 22 WHERE id = 1");
    }

    @Override
    String waiting() {
        return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
    }
}
