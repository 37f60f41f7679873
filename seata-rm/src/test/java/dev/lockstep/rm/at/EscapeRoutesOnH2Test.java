package dev.lockstep.rm.at;

import java.sql.Connection;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

class EscapeRoutesOnH2Test {

    /** Adds 1000 to the key of a new row. */
    public static final class KeyChanger implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow) {
            if (newRow != null) {
                newRow[0] = (Integer) newRow[0] + 1000;
            }
        }
    }

    /** H2 in one of its modes. */
    private abstract static class OnH2 extends EscapeRoutesContract {
        OnH2(Rigs rigs) {
            super(rigs);
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE TRIGGER key_changer BEFORE INSERT ON stock FOR EACH ROW CALL '" + KeyChanger.class.getName()
                        + "'"
            };
        }

        @Override
        String storedColumn() {
            return "twice INT GENERATED ALWAYS AS (amount * 2)";
        }
    }

    @Nested
    final class OnH2Regular extends OnH2 {
        OnH2Regular() {
            super(Rigs.onH2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends OnH2 {
        OnH2LikeMySql() {
            super(Rigs.onH2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends OnH2 {
        OnH2LikePostgreSql() {
            super(Rigs.onH2LikePostgreSql());
        }
    }
}
