package dev.lockstep.rm.at;

import java.sql.SQLException;
import java.util.EnumSet;

final class H2MySqlModeFormsTest extends StatementFormsContract {

    @Override
    Rig open() throws SQLException {
        return new Rig(";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
    }

    @Override
    boolean knows(Form form) {
        return EnumSet.of(Form.DEFAULT_VALUES, Form.INSERT_SET, Form.INSERT_FROM_QUERY)
                .contains(form);
    }
}
