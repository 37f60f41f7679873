package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.dialect.h2.H2SqlRules;
import dev.lockstep.rm.at.dialect.mysql.MySqlRules;
import dev.lockstep.rm.at.dialect.postgresql.PostgreSqlRules;
import java.util.Map;

/**
 * The rules of every database. There is no dialect of Oracle and SQL Server, whose rules are rough: they serve to show that
 * nothing of theirs is half understood.
 */
final class Databases {

    static final SqlRules H2 = H2SqlRules.REGULAR;

    static final SqlRules MYSQL = MySqlRules.MYSQL;

    static final SqlRules MARIADB = MySqlRules.rules("MariaDB", "");

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
