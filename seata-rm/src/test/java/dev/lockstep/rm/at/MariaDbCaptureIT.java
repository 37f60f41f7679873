package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;

final class MariaDbCaptureIT extends MySqlCaptureContract {

    MariaDbCaptureIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
        super(server);
    }

    @Override
    List<String> unusualParameters() {
        return List.of("?useServerPrepStmts=true");
    }

    @Override
    RandomTransactions.Vocabulary vocabulary() {
        return RandomTransactions.OF_MARIADB;
    }
}
