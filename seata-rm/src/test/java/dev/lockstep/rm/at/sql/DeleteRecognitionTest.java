package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static dev.lockstep.rm.at.sql.Plans.postgresql;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeleteRecognitionTest {

    @Test
    void one_table_with_alias_and_condition() {
        assertThat(h2("DELETE FROM c.s.t x WHERE x.id = ? -- why?"))
                .isEqualTo("delete c/s/t as x where [x.id = ?]{1} (steady)");
        assertThat(h2("DELETE FROM t")).isEqualTo("delete t (steady)");
        assertThat(mysql("DELETE LOW_PRIORITY QUICK FROM t ORDER BY id LIMIT 3"))
                .isEqualTo("delete t order by [id] limit [LIMIT 3] (may swap)");
    }

    @Test
    void from_may_be_absent_only_where_the_database_says_so() {
        assertThat(h2("DELETE t WHERE id = 1")).isEqualTo("delete t where [id = 1] (steady)");
        assertRefused(Databases.MYSQL, "DELETE t WHERE id = 1", "'WHERE' stands where FROM should");
    }

    @Test
    void tables_may_be_joined_to_the_one_that_is_written() {
        assertThat(mysql("DELETE x FROM a AS x JOIN b ON x.id = b.id WHERE b.k = ?"))
                .isEqualTo("delete a as x joined [a AS x JOIN b ON x.id = b.id] where [b.k = ?]{1} (may swap)");
        assertThat(mysql("DELETE FROM b USING a JOIN b ON a.id = b.id"))
                .isEqualTo("delete b joined [a JOIN b ON a.id = b.id] (may swap)");
        assertThat(postgresql("DELETE FROM t USING s, u WHERE t.id = s.id AND s.k = u.k RETURNING t.*"))
                .isEqualTo("delete t joined [t, s, u] where [t.id = s.id AND s.k = u.k] (may swap) returning [t.*]");
    }

    @Test
    void more_than_one_table_is_not_written() {
        assertRefused(Databases.H2, "DELETE a FROM a JOIN b ON a.id = b.id", "'FROM'");
        assertRefused(Databases.MYSQL, "DELETE a, b FROM a JOIN b ON a.id = b.id", "','");
        assertRefused(Databases.MYSQL, "DELETE FROM a, b USING a JOIN b", "','");
        assertRefused(Databases.MYSQL, "DELETE FROM a.* USING a JOIN b", "'*'");
        assertRefused(Databases.POSTGRESQL, "DELETE FROM ONLY t", "'ONLY'");
    }
}
