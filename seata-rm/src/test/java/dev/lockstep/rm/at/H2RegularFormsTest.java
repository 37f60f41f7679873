package dev.lockstep.rm.at;

import java.util.EnumSet;

final class H2RegularFormsTest extends StatementFormsContract {

    H2RegularFormsTest() {
        super(Rigs.onH2());
    }

    @Override
    boolean knows(Form form) {
        return EnumSet.of(Form.DEFAULT_VALUES, Form.INSERT_SET, Form.INSERT_FROM_QUERY)
                .contains(form);
    }
}
