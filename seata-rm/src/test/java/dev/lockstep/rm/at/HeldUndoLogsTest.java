package dev.lockstep.rm.at;

import static org.awaitility.Awaitility.await;

import io.seata.core.model.BranchStatus;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class HeldUndoLogsTest extends HeldUndoLogsContract {

    HeldUndoLogsTest() {
        super(Rigs.onH2());
    }

    @Test
    void one_that_was_let_go_is_deleted_soon_without_another_word() throws SQLException {
        await().until(() -> commit(HELD) == BranchStatus.PhaseTwo_Committed);
        await().atMost(SOON).until(() -> rig.rm.resources().get(0).deletionFailure() != null);
        letGo();
        await().atMost(SOON).until(() -> rig.undoLogs() == 4);
    }
}
