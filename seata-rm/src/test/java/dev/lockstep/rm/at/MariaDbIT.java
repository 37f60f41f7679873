package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;

final class MariaDbIT extends MySqlContract {

    MariaDbIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
        super(server);
    }

    @Override
    boolean returnsEveryKey() {
        return false;
    }

    @Override
    List<String> without() {
        return List.of();
    }
}
