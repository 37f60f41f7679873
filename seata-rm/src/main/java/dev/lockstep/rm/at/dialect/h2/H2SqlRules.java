package dev.lockstep.rm.at.dialect.h2;

import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.at.sql.SqlRules;
import dev.lockstep.rm.at.sql.WordSet;

/**
 * The SQL of H2 2.x in its regular, MySQL and PostgreSQL modes, which cut and read a text alike: a mode adds statements and
 * settings, and a statement of another mode is refused by the database itself. Source: {@code Tokenizer} and {@code Parser}
 * of H2 2.3.232.
 */
public final class H2SqlRules {

    /** The rules of all three modes. */
    public static final SqlRules RULES = SqlRules.builder("H2")
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
                    SqlFact.CALL_EVALUATES)
            .harmlessWords("SHOW HELP")
            .namingWords("USE")
            // Any other SET commits the local transaction or changes the whole database (Set.isTransactional).
            .harmlessSettings("""
                    LOCK_TIMEOUT QUERY_TIMEOUT STATEMENT_TIMEOUT THROTTLE LAZY_QUERY_EXECUTION TIME TRACE_LEVEL_FILE
                    TRACE_LEVEL_SYSTEM_OUT VARIABLE_BINARY TRUNCATE_LARGE_LENGTH NAMES CLIENT_ENCODING
                    CLIENT_MIN_MESSAGES DATESTYLE JOIN_COLLAPSE_LIMIT
                    """)
            .namingSettings("SCHEMA CATALOG SCHEMA_SEARCH_PATH SEARCH_PATH")
            .writingFunctions(
                    "CSVWRITE FILE_WRITE LINK_SCHEMA FT_INIT FT_CREATE_INDEX FT_DROP_INDEX FT_DROP_ALL FT_REINDEX",
                    "FTL_INIT FTL_CREATE_INDEX FTL_DROP_INDEX FTL_DROP_ALL FTL_REINDEX")
            .deterministicFunctions(WordSet.ofResource(H2SqlRules.class, "deterministic-functions.txt"))
            .volatileWords("TODAY")
            .build();

    private H2SqlRules() {}
}
