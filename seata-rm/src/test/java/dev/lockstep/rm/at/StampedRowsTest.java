package dev.lockstep.rm.at;

import java.sql.Connection;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;

final class StampedRowsTest extends StampedRowsContract {

    StampedRowsTest() {
        super(Rigs.onH2());
    }

    /** Counts the changes of a row. */
    public static final class Counter implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow) {
            if (oldRow != null && newRow != null) {
                newRow[3] = (Integer) oldRow[3] + 1;
            }
        }
    }

    /** Gives new rows other keys. */
    public static final class Renumberer implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow) {
            if (newRow != null) {
                newRow[0] = (Integer) newRow[0] + 1000;
            }
        }
    }

    @Override
    String[] triggerThatCounts() {
        return new String[] {
            "CREATE TRIGGER counting BEFORE UPDATE ON orders FOR EACH ROW CALL \"" + Counter.class.getName() + "\""
        };
    }

    @Override
    String[] triggerThatChangesKeys() {
        return new String[] {
            "CREATE TRIGGER renumbering BEFORE INSERT ON orders FOR EACH ROW CALL \"" + Renumberer.class.getName()
                    + "\""
        };
    }
}
