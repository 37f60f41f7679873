package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static dev.lockstep.rm.at.sql.Plans.postgresql;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LockingReadRecognitionTest {

    @Test
    void the_rows_of_one_table_are_known() {
        assertThat(
                        h2(
                                "SELECT a, (SELECT max(b) FROM s), ? FROM t AS x WHERE x.id = ? ORDER BY a LIMIT ? OFFSET ? FOR UPDATE"))
                .isEqualTo(
                        "lock t as x where [x.id = ?]{2} order by [a] limit [LIMIT ? OFFSET ?]{3-4} (may swap) FOR UPDATE");
        assertThat(h2("SELECT a IS DISTINCT FROM b FROM t FOR UPDATE")).isEqualTo("lock t (steady) FOR UPDATE");
    }

    @Test
    void the_words_of_the_lock_are_kept() {
        assertThat(h2("SELECT * FROM t FOR UPDATE WAIT 0.5")).endsWith(" FOR UPDATE WAIT 0.5");
        assertThat(mysql("SELECT * FROM t a FOR UPDATE OF a SKIP LOCKED")).endsWith(" FOR UPDATE OF a SKIP LOCKED");
        assertThat(mysql("SELECT * FROM t LOCK IN SHARE MODE;")).endsWith(" LOCK IN SHARE MODE");
        assertThat(postgresql("SELECT * FROM s.t FOR NO KEY UPDATE OF t NOWAIT FOR SHARE"))
                .endsWith(" FOR NO KEY UPDATE OF t NOWAIT FOR SHARE");
        assertThat(postgresql("SELECT * FROM t FOR UPDATE LIMIT 1"))
                .isEqualTo("lock t limit [LIMIT 1] (may swap) FOR UPDATE");
    }

    @Test
    void a_lock_on_more_than_the_rows_of_one_table_is_refused() {
        assertRefused(Databases.H2, "SELECT * FROM a, b FOR UPDATE", "','");
        assertRefused(Databases.H2, "SELECT * FROM a JOIN b ON a.id = b.id FOR UPDATE", "'JOIN'");
        assertRefused(Databases.H2, "SELECT * FROM (SELECT * FROM a) FOR UPDATE", "'('");
        assertRefused(Databases.H2, "SELECT id FROM a GROUP BY id FOR UPDATE", "'GROUP'");
        assertRefused(Databases.H2, "SELECT id FROM a UNION SELECT id FROM b FOR UPDATE", "'UNION'");
        assertRefused(Databases.MYSQL, "SELECT * FROM a FOR UPDATE UNION SELECT * FROM b", "'UNION'");
        assertRefused(Databases.H2, "SELECT * FROM a WHERE id IN (SELECT id FROM b FOR UPDATE)", "FOR UPDATE");
        assertRefused(Databases.H2, "SELECT * FROM (SELECT * FROM a FOR UPDATE) x", "FOR UPDATE");
        assertRefused(Databases.H2, "SELECT (SELECT 1 FROM b FOR UPDATE) FROM a FOR UPDATE", "FOR UPDATE");
        assertRefused(Databases.H2, "WITH c AS (SELECT 1) SELECT * FROM c FOR UPDATE", "FOR UPDATE");
        assertRefused(Databases.H2, "(SELECT * FROM a) FOR UPDATE", "FOR UPDATE");
        assertRefused(Databases.POSTGRESQL, "TABLE a FOR UPDATE", "FOR UPDATE");
        assertRefused(Databases.H2, "SELECT TOP 1 * FROM a FOR UPDATE", "'TOP'");
        assertRefused(Databases.H2, "SELECT 1 FOR UPDATE", "'FOR'");
        assertRefused(Databases.MYSQL, "SELECT * FROM a FOR UPDATE OF b", "another table");
        assertRefused(Databases.MYSQL, "SELECT * FROM a USE INDEX (i) FOR UPDATE", "'USE'");
        assertRefused(Databases.H2, "SELECT * FROM FINAL TABLE (UPDATE a SET v = 1) FOR UPDATE", "changes rows");
    }
}
