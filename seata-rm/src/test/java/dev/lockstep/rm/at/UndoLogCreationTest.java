package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;

final class UndoLogCreationTest extends UndoLogCreationContract {

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        return new Rig("", options);
    }
}
