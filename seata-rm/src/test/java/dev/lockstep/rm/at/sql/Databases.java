package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.dialect.h2.H2SqlRules;
import dev.lockstep.rm.at.dialect.postgresql.PostgreSqlRules;
import java.util.Map;

/**
 * Rules of databases whose dialects are still to come, so that the lexer and the walker are known to carry them. Those of
 * Oracle and SQL Server are rough: they serve to show that nothing of theirs is half understood.
 */
final class Databases {

    static final SqlRules H2 = H2SqlRules.REGULAR;

    static final SqlRules MYSQL = SqlRules.builder("MySQL")
            .facts(
                    SqlFact.BACKQUOTED_NAMES,
                    SqlFact.DOUBLE_QUOTED_STRINGS,
                    SqlFact.DOLLAR_STARTS_NAMES,
                    SqlFact.DIGITS_START_NAMES,
                    SqlFact.AT_VARIABLES,
                    SqlFact.BACKSLASH_ESCAPES,
                    SqlFact.HASH_COMMENTS,
                    SqlFact.DASHES_NEED_BLANK,
                    SqlFact.EXECUTABLE_COMMENTS,
                    SqlFact.OPTIONAL_INTO,
                    SqlFact.JOINS_AS_TARGET,
                    SqlFact.REPLACE_DELETES,
                    SqlFact.QUALIFIED_SET_COLUMNS)
            .harmlessWords("SHOW")
            .namingWords("USE")
            .statementModifiers("LOW_PRIORITY HIGH_PRIORITY QUICK")
            .harmlessSettings("NAMES LOCK_WAIT_TIMEOUT INNODB_LOCK_WAIT_TIMEOUT TIME_ZONE MAX_EXECUTION_TIME")
            .deterministicFunctions(WordSet.of("IFNULL IF JSON_SET JSON_EXTRACT DATE_ADD FIND_IN_SET YEAR MONTH"))
            .build();

    static final SqlRules POSTGRESQL = PostgreSqlRules.RULES;

    static final SqlRules ORACLE = SqlRules.builder("Oracle")
            .facts(SqlFact.HASH_IN_NAMES, SqlFact.OPTIONAL_FROM, SqlFact.QUALIFIED_SET_COLUMNS)
            .deterministicFunctions(WordSet.of("DECODE NVL"))
            .build();

    static final SqlRules SQL_SERVER = SqlRules.builder("SQL Server")
            .facts(
                    SqlFact.BRACKETED_NAMES,
                    SqlFact.HASH_IN_NAMES,
                    SqlFact.AT_VARIABLES,
                    SqlFact.NESTED_COMMENTS,
                    SqlFact.OPTIONAL_INTO,
                    SqlFact.OPTIONAL_FROM,
                    SqlFact.QUALIFIED_SET_COLUMNS)
            .deterministicFunctions(WordSet.of("ISNULL IIF TRY_CAST DATEADD"))
            .build();

    static final Map<String, SqlRules> BY_NAME =
            Map.of("h2", H2, "mysql", MYSQL, "postgresql", POSTGRESQL, "oracle", ORACLE, "sqlserver", SQL_SERVER);

    private Databases() {}
}
