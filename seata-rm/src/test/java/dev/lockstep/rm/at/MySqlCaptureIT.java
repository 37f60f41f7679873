package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;

final class MySqlCaptureIT extends MySqlCaptureContract {

    MySqlCaptureIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
        super(server);
    }

    @Override
    List<String> unusualParameters() {
        return List.of("?rewriteBatchedStatements=true", "?useServerPrepStmts=true&cachePrepStmts=true");
    }

    @Override
    RandomTransactions.Vocabulary vocabulary() {
        return RandomTransactions.OF_MYSQL;
    }
}
