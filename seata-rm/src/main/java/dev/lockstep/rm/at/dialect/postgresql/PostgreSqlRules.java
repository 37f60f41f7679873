package dev.lockstep.rm.at.dialect.postgresql;

import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.at.sql.SqlRules;
import dev.lockstep.rm.at.sql.WordSet;

/** The SQL of PostgreSQL 14 to 18, with {@code standard_conforming_strings} on. Source: its manual, chapters 4 and 9. */
public final class PostgreSqlRules {

    public static final SqlRules RULES = SqlRules.builder("PostgreSQL")
            .facts(
                    SqlFact.ESCAPE_STRINGS,
                    SqlFact.UNICODE_STRINGS,
                    SqlFact.TAGGED_DOLLAR_STRINGS,
                    SqlFact.NESTED_COMMENTS,
                    SqlFact.CARRIAGE_RETURN_ENDS_LINE,
                    SqlFact.DOUBLED_QUESTION_MARK,
                    SqlFact.RETURNING,
                    SqlFact.JOINS_BEHIND_TARGET)
            .harmlessWords("SHOW")
            // Not TIME ZONE: ranges and arrays of moments stand in images as the session shows them.
            .harmlessSettings("STATEMENT_TIMEOUT LOCK_TIMEOUT APPLICATION_NAME CONSTRAINTS")
            .namingSettings("SEARCH_PATH SCHEMA")
            .namingFunctions("SET_CONFIG")
            .writingFunctions("LO_CREAT LO_CREATE LO_IMPORT LO_UNLINK LO_PUT LO_FROM_BYTEA LO_TRUNCATE LO_TRUNCATE64")
            .writingFunctions("LOWRITE DBLINK_EXEC DBLINK QUERY_TO_XML CURSOR_TO_XML")
            .deterministicFunctions(WordSet.ofResource(PostgreSqlRules.class, "deterministic-functions.txt"))
            .readingFunctions(WordSet.ofResource(PostgreSqlRules.class, "reading-functions.txt"))
            .build();

    private PostgreSqlRules() {}
}
