package dev.lockstep.rm.at;

import java.util.EnumSet;

final class H2MySqlModeFormsTest extends StatementFormsContract {

    H2MySqlModeFormsTest() {
        super(Rigs.onH2LikeMySql());
    }

    @Override
    boolean knows(Form form) {
        return EnumSet.of(Form.DEFAULT_VALUES, Form.INSERT_SET, Form.INSERT_FROM_QUERY)
                .contains(form);
    }
}
