package dev.lockstep.rm.at;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

class RowLockTest {

    /** H2 in one of its modes. */
    private abstract static class OnH2 extends RowLockContract {
        OnH2(Rigs rigs) {
            super(rigs);
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

        @Override
        @Nullable
        String textInAnyCase() {
            return null;
        }
    }
}
