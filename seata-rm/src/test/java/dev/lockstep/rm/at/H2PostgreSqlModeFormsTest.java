package dev.lockstep.rm.at;

import java.util.EnumSet;

final class H2PostgreSqlModeFormsTest extends StatementFormsContract {

    H2PostgreSqlModeFormsTest() {
        super(Rigs.onH2LikePostgreSql());
    }

    @Override
    boolean knows(Form form) {
        return EnumSet.of(Form.DEFAULT_VALUES, Form.INSERT_SET, Form.INSERT_FROM_QUERY)
                .contains(form);
    }
}
