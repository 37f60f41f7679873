package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

class RowLockTest {

    /** H2 in one of its modes. */
    private abstract static class OnH2 extends RowLockContract {
        private final String settings;

        OnH2(String settings) {
            this.settings = settings;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return new Rig(settings, options);
        }

        @Override
        @Nullable
        String textInAnyCase() {
            return "VARCHAR_IGNORECASE(20)";
        }
    }

    @Nested
    final class OnH2Regular extends OnH2 {
        OnH2Regular() {
            super("");
        }
    }

    @Nested
    final class OnH2LikeMySql extends OnH2 {
        OnH2LikeMySql() {
            super(";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends OnH2 {
        OnH2LikePostgreSql() {
            super(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
        }

        @Override
        @Nullable
        String textInAnyCase() {
            return null;
        }
    }
}
