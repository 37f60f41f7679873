package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;

final class MySqlIT extends MySqlContract {

    MySqlIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
        super(server);
    }

    @Override
    List<Integer> fetchSizes() {
        return List.of(1, Integer.MIN_VALUE);
    }

    @Override
    List<String> without() {
        return List.of("UUID", "INET4", "INET6");
    }
}
