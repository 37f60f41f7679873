package dev.lockstep.samples.order;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the undo rows of this database: there are some while a global transaction is open, and none afterwards. */
@RestController
class UndoLogController {

    record UndoRow(String xid, long branchId, int logStatus) {}

    private final JdbcClient jdbcClient;

    UndoLogController(JdbcClient jdbcClient) {
        this.jdbcClient = jdbcClient;
    }

    @GetMapping("/undo-log")
    List<UndoRow> undoRows() {
        return jdbcClient
                .sql("select xid, branch_id, log_status from undo_log order by branch_id")
                .query(UndoRow.class)
                .list();
    }
}
