package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class H2PostgreSqlModeTest extends DialectContract {

    private static final Set<String> UNKNOWN = Set.of("TINYINT", "VARCHAR_IGNORECASE(10)");

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        return new Rig(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH", options);
    }

    @Override
    String allTypesTable() {
        return H2AllTypes.table(UNKNOWN);
    }

    @Override
    Map<String, List<String>> allTypesValues() {
        return H2AllTypes.values(UNKNOWN);
    }
}
