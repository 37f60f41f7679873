package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CorpusTest {

    /** Corpus cases that only read; everything else in it writes or locks. */
    private static final Set<String> READS = Set.of("fetch-first", "sel-updlock", "sel-nolock-legacy");

    @Test
    void each_statement_has_the_outcome_that_was_reviewed() {
        var outcomes = Corpus.cases().stream()
                .map(one -> one.database() + "\t" + one.tag() + "\t"
                        + Outcome.of(new SqlRecognizer(one.rules()).recognize(one.sql())))
                .toList();
        assertThat(outcomes).containsExactlyElementsOf(Corpus.lines("sql-corpus-outcomes.txt"));
    }

    @Test
    void no_statement_that_writes_is_taken_for_a_read() {
        var taken = Corpus.cases().stream()
                .filter(one -> !READS.contains(one.tag()))
                .filter(one -> {
                    var plan = new SqlRecognizer(one.rules()).recognize(one.sql());
                    return plan instanceof RecognizedSql.Read || plan instanceof RecognizedSql.Harmless;
                })
                .map(Corpus.Case::sql)
                .collect(Collectors.toList());
        assertThat(taken).isEmpty();
    }

    @Test
    void no_statement_is_taken_for_a_read_by_the_rules_of_another_database() {
        for (Corpus.Case one : Corpus.cases()) {
            for (SqlRules rules : Databases.BY_NAME.values()) {
                var plan = new SqlRecognizer(rules).recognize(one.sql());
                if (!READS.contains(one.tag())) {
                    assertThat(plan)
                            .as("%s of %s under %s", one.sql(), one.database(), rules.database())
                            .isNotInstanceOfAny(RecognizedSql.Read.class, RecognizedSql.Harmless.class);
                }
            }
        }
    }
}
