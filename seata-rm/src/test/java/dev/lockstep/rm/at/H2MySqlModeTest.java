package dev.lockstep.rm.at;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class H2MySqlModeTest extends DialectContract {

    private static final Set<String> UNKNOWN = Set.of();

    @Override
    Rig open() throws SQLException {
        return Rigs.onH2LikeMySql().open();
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
