package dev.lockstep.rm.at.meta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TriggerTextTest {

    @Test
    void a_text_that_assigns_to_its_own_row_alone_writes_nowhere_else() {
        for (String text : new String[] {
            "SET NEW.version = OLD.version + 1",
            "BEGIN NEW.updated_at = now(); RETURN NEW; END",
            "BEGIN IF TG_OP = 'UPDATE' THEN NEW.updated_at := now(); END IF; RETURN NEW; END",
            "SET NEW.phone = REPLACE(NEW.phone, ' ', ''), NEW.`update` = INSERT (NEW.x, 1, 1, 'y')",
            "BEGIN -- INSERT INTO log\n /* DELETE\n FROM x */ NEW.note := 'delete me; it''s'; RETURN NEW; END",
            "BEGIN SELECT amount INTO NEW.amount FROM total WHERE id = 1 FOR UPDATE; RETURN NEW; END",
            "SET NEW.deleted = 1, NEW.\"delete\" = 2, NEW.update_count = 1",
            ""
        }) {
            assertThat(TriggerText.mayWriteElsewhere(text, false)).as(text).isFalse();
            assertThat(TriggerText.mayWriteElsewhere(text, true)).as(text).isFalse();
        }
    }

    @Test
    void a_text_with_a_statement_that_changes_rows_or_runs_code_may_write_elsewhere() {
        for (String text : new String[] {
            "UPDATE total SET n = n + NEW.amount",
            "BEGIN insert into log values (NEW.id); RETURN NEW; END",
            "BEGIN SET NEW.x = 1; delete from t; END",
            "REPLACE INTO t VALUES (1)",
            "BEGIN MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING; RETURN NEW; END",
            "CALL p()",
            "BEGIN PERFORM write(NEW.id); RETURN NEW; END",
            "BEGIN EXECUTE 'INSERT INTO ' || t; RETURN NEW; END",
            "BEGIN TRUNCATE t; RETURN NEW; END",
            "BEGIN IF NEW.x = 'it\\'s' THEN UPDATE t SET x = 1; END IF; END",
            "BEGIN NEW.path := 'C:\\'; INSERT INTO t VALUES ('y'); RETURN NEW; END"
        }) {
            assertThat(TriggerText.mayWriteElsewhere(text, false)).as(text).isTrue();
            assertThat(TriggerText.mayWriteElsewhere(text, true)).as(text).isTrue();
        }
        assertThat(TriggerText.mayWriteElsewhere(null, false))
                .as("not to be seen")
                .isTrue();
        assertThat(TriggerText.mayWriteElsewhere("'" + "\\'".repeat(100_000), true))
                .isFalse();
        assertThat(TriggerText.mayWriteElsewhere("/* never closed", true)).isFalse();
    }

    @Test
    void comments_are_read_as_the_database_reads_them() {
        for (String text : new String[] {
            "BEGIN\n# don't touch\nINSERT INTO audit (id) VALUES (NEW.id);\nSET NEW.note = 'x';\nEND",
            "BEGIN SET NEW.a = 5--3; INSERT INTO audit (id) VALUES (NEW.id); END",
            "BEGIN /*!50000 INSERT INTO audit (id) VALUES (NEW.id); */ SET NEW.a = 1; END",
            "BEGIN /*M! INSERT INTO audit (id) VALUES (NEW.id); */ SET NEW.a = 1; END"
        }) {
            assertThat(TriggerText.mayWriteElsewhere(text, true)).as(text).isTrue();
        }
        assertThat(TriggerText.mayWriteElsewhere("BEGIN\n# UPDATE t, don't\nSET NEW.b = 5--3; END", true))
                .isFalse();
        assertThat(TriggerText.mayWriteElsewhere(
                        "BEGIN --insert into log\nNEW.a := 1; --delete\nRETURN NEW; END", false))
                .isFalse();
        assertThat(TriggerText.mayWriteElsewhere("BEGIN NEW.a := 5 # 3; INSERT INTO log VALUES (1); END", false))
                .isTrue();
    }
}
