package dev.lockstep.rm.at.dialect.mysql;

import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.at.sql.SqlRules;
import dev.lockstep.rm.at.sql.WordSet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The SQL of MySQL 5.7 to 9 and MariaDB 10.5 to 11. Two words of the session's sql_mode decide how a text is cut: what
 * {@code "x"} is, and what a backslash in a string does. Source: the manuals, chapters "Language Structure" and "Server SQL
 * Modes".
 */
public final class MySqlRules {

    /** The rules under the sql_mode that servers come with. */
    public static final SqlRules MYSQL = rules("MySQL", "");

    private MySqlRules() {}

    /**
     * The rules of one session.
     *
     * @param server MySQL or MariaDB, for messages
     * @param sqlMode the variable of that name, words between commas
     */
    public static SqlRules rules(String server, String sqlMode) {
        Set<String> modes =
                new HashSet<>(Arrays.asList(sqlMode.toUpperCase(Locale.ROOT).split(",")));
        SqlRules.Builder rules = SqlRules.builder(server)
                .facts(
                        SqlFact.BACKQUOTED_NAMES,
                        SqlFact.DOLLAR_STARTS_NAMES,
                        SqlFact.DIGITS_START_NAMES,
                        SqlFact.AT_VARIABLES,
                        SqlFact.HASH_COMMENTS,
                        SqlFact.DASHES_NEED_BLANK,
                        SqlFact.EXECUTABLE_COMMENTS,
                        SqlFact.OPTIONAL_INTO,
                        SqlFact.JOINS_AS_TARGET,
                        SqlFact.REPLACE_DELETES,
                        SqlFact.QUALIFIED_SET_COLUMNS)
                .harmlessWords("SHOW HELP")
                .namingWords("USE")
                .statementModifiers("LOW_PRIORITY HIGH_PRIORITY QUICK")
                // Not TIME_ZONE: official clients, and lock keys, have a TIMESTAMP as the session shows it.
                .harmlessSettings(
                        "NAMES CHARACTER CHARSET LOCK_WAIT_TIMEOUT INNODB_LOCK_WAIT_TIMEOUT LC_TIME_NAMES",
                        "MAX_EXECUTION_TIME MAX_STATEMENT_TIME WAIT_TIMEOUT NET_READ_TIMEOUT NET_WRITE_TIMEOUT",
                        "GROUP_CONCAT_MAX_LEN OPTIMIZER_SWITCH FOREIGN_KEY_CHECKS UNIQUE_CHECKS")
                .namingSettings("SQL_MODE")
                .deterministicFunctions(WordSet.ofResource(MySqlRules.class, "deterministic-functions.txt"))
                .readingFunctions(WordSet.ofResource(MySqlRules.class, "reading-functions.txt"))
                .volatileWords("UTC_DATE UTC_TIME UTC_TIMESTAMP");
        if (server.equals("MariaDB")) {
            rules.facts(SqlFact.RETURNING);
        }
        if (!modes.contains("ANSI_QUOTES")) {
            rules.facts(SqlFact.DOUBLE_QUOTED_STRINGS);
        }
        if (!modes.contains("NO_BACKSLASH_ESCAPES")) {
            rules.facts(SqlFact.BACKSLASH_ESCAPES);
        }
        return rules.build();
    }
}
