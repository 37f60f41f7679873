package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page for users that says what becomes of each statement of the corpus; written with {@code lockstep.docs.write}. */
class SqlSupportPageTest {

    private static final Path PAGE = Path.of("..", "docs", "sql-support.md");

    private static final Map<String, String> TITLES = titles();

    private static Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("h2", "H2");
        titles.put("mysql", "MySQL and MariaDB");
        titles.put("postgresql", "PostgreSQL");
        return titles;
    }

    @Test
    void the_page_says_what_the_recogniser_does() throws IOException {
        var page = page();
        if (Boolean.getBoolean("lockstep.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        var page = new StringBuilder(Corpus.text("sql-support.md"));
        TITLES.forEach((database, title) -> {
            page.append("\n### ").append(title).append("\n\n| statement | result |\n|---|---|\n");
            for (Corpus.Case one : Corpus.cases()) {
                if (one.database().equals(database)) {
                    page.append("| `")
                            .append(cell(one.sql()))
                            .append("` | ")
                            .append(cell(result(one)))
                            .append(" |\n");
                }
            }
        });
        return page.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ⏎ ");
    }

    private static String result(Corpus.Case one) {
        var plan = new SqlRecognizer(one.rules()).recognize(one.sql());
        if (plan instanceof RecognizedSql.Refused refused) {
            return "refused: " + refused.reason();
        }
        if (plan instanceof RecognizedSql.LockingRead) {
            return "runs when no other global transaction holds the rows";
        }
        if (plan instanceof RecognizedSql.Insert insert) {
            return insert.fromQuery() ? "captured where the database tells the keys" : "captured";
        }
        if (plan instanceof RecognizedSql.Upsert upsert) {
            return "captured, and the rows in its way by "
                    + (upsert.match().anyUniqueKey() ? "any unique key" : "the key");
        }
        if (plan instanceof RecognizedSql.Update update) {
            return captured(update.selection());
        }
        if (plan instanceof RecognizedSql.Delete delete) {
            return captured(delete.selection());
        }
        return "runs as it is";
    }

    private static String captured(RowSelection selection) {
        return selection.rowsCannotSwap() ? "captured" : "captured, on the rows imaged";
    }

    @Test
    void every_database_of_the_page_has_statements() {
        for (String database : TITLES.keySet()) {
            assertThat(Corpus.cases())
                    .extracting(Corpus.Case::database)
                    .as("%s", List.of(database))
                    .contains(database);
        }
    }
}
