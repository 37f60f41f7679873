package dev.lockstep.rm.at.dialect.h2;

import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.at.sql.SqlRules;
import dev.lockstep.rm.at.sql.WordSet;

/**
 * The SQL of H2 2.x. Its modes cut and read a text alike and differ in the settings they know; a statement of another mode
 * is refused by the database itself. Source: {@code Tokenizer}, {@code Parser} and {@code Set} of H2 2.3.232.
 */
public final class H2SqlRules {

    public static final SqlRules REGULAR = common("H2").build();

    public static final SqlRules MYSQL =
            common("H2 in MySQL mode").harmlessSettings("NAMES").build();

    public static final SqlRules POSTGRESQL = common("H2 in PostgreSQL mode")
            .harmlessSettings("STATEMENT_TIMEOUT CLIENT_ENCODING CLIENT_MIN_MESSAGES DATESTYLE JOIN_COLLAPSE_LIMIT")
            .namingSettings("SEARCH_PATH")
            .build();

    private static SqlRules.Builder common(String name) {
        return SqlRules.builder(name)
                .facts(
                        SqlFact.BACKQUOTED_NAMES,
                        SqlFact.BACKQUOTED_NAMES_FOLD,
                        SqlFact.AT_VARIABLES,
                        SqlFact.UNICODE_STRINGS,
                        SqlFact.DOLLAR_STRINGS,
                        SqlFact.SLASH_COMMENTS,
                        SqlFact.CARRIAGE_RETURN_ENDS_LINE,
                        SqlFact.NESTED_COMMENTS,
                        SqlFact.UNICODE_BLANKS,
                        SqlFact.OPTIONAL_FROM,
                        SqlFact.QUALIFIED_SET_COLUMNS,
                        SqlFact.MERGE_BY_KEY,
                        SqlFact.CALL_EVALUATES)
                .harmlessWords("SHOW HELP")
                .namingWords("USE")
                // Every other SET commits the local transaction or changes the whole database.
                .harmlessSettings(
                        "LOCK_TIMEOUT QUERY_TIMEOUT THROTTLE LAZY_QUERY_EXECUTION TIME TRACE_LEVEL_FILE",
                        "TRACE_LEVEL_SYSTEM_OUT VARIABLE_BINARY TRUNCATE_LARGE_LENGTH")
                .namingSettings("SCHEMA CATALOG SCHEMA_SEARCH_PATH")
                .writingFunctions(
                        "CSVWRITE FILE_WRITE LINK_SCHEMA FT_INIT FT_CREATE_INDEX FT_DROP_INDEX FT_DROP_ALL FT_REINDEX",
                        "FTL_INIT FTL_CREATE_INDEX FTL_DROP_INDEX FTL_DROP_ALL FTL_REINDEX")
                .deterministicFunctions(WordSet.ofResource(H2SqlRules.class, "deterministic-functions.txt"))
                .readingFunctions(WordSet.ofResource(H2SqlRules.class, "reading-functions.txt"))
                .volatileWords("TODAY");
    }

    private H2SqlRules() {}
}
