package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

@Tag("postgresql-16")
final class PostgreSqlIT extends DialectContract {

    private final DatabaseServer server;

    PostgreSqlIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
        this.server = server;
    }

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        Rig opened = Rig.on(server, "", options);
        opened.plain(PostgreSqlAllTypes.preparation());
        return opened;
    }

    @Override
    boolean writesTakeLimit() {
        return false;
    }

    /** Before 18 every computed column is stored. */
    @Override
    String computed(String expression) throws SQLException {
        boolean stored = rig.number("SHOW server_version_num") < 180_000;
        return super.computed(expression) + (stored ? " STORED" : "");
    }

    @Override
    String allTypesTable() {
        return PostgreSqlAllTypes.table();
    }

    @Override
    Map<String, List<String>> allTypesValues() {
        return PostgreSqlAllTypes.values();
    }
}
