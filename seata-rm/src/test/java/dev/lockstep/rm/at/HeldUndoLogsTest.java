package dev.lockstep.rm.at;

import java.sql.SQLException;

final class HeldUndoLogsTest extends HeldUndoLogsContract {

    @Override
    Rig open() throws SQLException {
        return new Rig("");
    }
}
