package dev.lockstep.spring;

import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.Supplier;

/** Lets work pass as long as nobody has to undo it: neither inside a global transaction nor under a {@code @GlobalLock}. */
final class OutsideOnly {

    private OutsideOnly() {}

    /**
     * @param refused what the error says, after the label of the global transaction
     * @throws SQLFeatureNotSupportedException inside
     */
    static void require(Supplier<String> refused) throws SQLException {
        GlobalScope scope = GlobalScope.current();
        if (scope == null && GlobalLockScope.current() == null) {
            return;
        }
        throw new SQLFeatureNotSupportedException(
                (scope == null ? "" : "[" + scope.label() + "] ") + refused.get(), "0A000");
    }
}
