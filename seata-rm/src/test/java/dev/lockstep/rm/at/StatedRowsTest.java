package dev.lockstep.rm.at;

import java.util.List;
import org.junit.jupiter.api.Nested;

class StatedRowsTest {

    /** H2 in one of its modes. */
    private abstract static class OnH2 extends StatedRowsContract {
        OnH2(Rigs rigs) {
            super(rigs);
        }

        @Override
        List<String> moreTypes() {
            return List.of("VARCHAR_IGNORECASE(6)", "CHAR(6)", "VARCHAR", "NUMERIC");
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
        List<String> moreTypes() {
            return List.of("TEXT", "CHAR(6)", "VARCHAR", "NUMERIC");
        }
    }

    @Nested
    final class OnH2LikeOracle extends OnH2 {
        OnH2LikeOracle() {
            super((parameters, options) -> new Rig(";MODE=Oracle" + parameters, options));
        }

        @Override
        boolean fillsUpDecimals() {
            return false;
        }
    }
}
