package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;

final class SessionZonesOnH2Test extends SessionZonesContract {

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        return new Rig("", options);
    }

    @Override
    String moment() {
        return "TIMESTAMP(6) WITH TIME ZONE";
    }

    @Override
    String zone() {
        return "SET TIME ZONE '-09:00'";
    }
}
