package dev.lockstep.rm.at;

import java.sql.SQLException;
import java.util.EnumSet;

final class H2RegularFormsTest extends StatementFormsContract {

    @Override
    Rig open() throws SQLException {
        return new Rig("");
    }

    @Override
    boolean knows(Form form) {
        return EnumSet.of(Form.DEFAULT_VALUES, Form.INSERT_SET, Form.INSERT_FROM_QUERY)
                .contains(form);
    }
}
