package dev.lockstep.rm.at;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Nested;

class StatedRowsTest {

    /** H2 in one of its modes. */
    private abstract static class OnH2 extends StatedRowsContract {
        private final String settings;

        OnH2(String settings) {
            this.settings = settings;
        }

        @Override
        Rig open() throws SQLException {
            return new Rig(settings);
        }

        @Override
        List<String> moreTypes() {
            return List.of("VARCHAR_IGNORECASE(6)", "CHAR(6)", "VARCHAR", "NUMERIC");
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
        List<String> moreTypes() {
            return List.of("TEXT", "CHAR(6)", "VARCHAR", "NUMERIC");
        }
    }

    @Nested
    final class OnH2LikeOracle extends OnH2 {
        OnH2LikeOracle() {
            super(";MODE=Oracle");
        }
    }
}
