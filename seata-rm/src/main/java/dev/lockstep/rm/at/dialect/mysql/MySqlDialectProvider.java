package dev.lockstep.rm.at.dialect.mysql;

import dev.lockstep.rm.at.dialect.Catalogue;
import dev.lockstep.rm.at.dialect.ChangedRows;
import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.ColumnTypes;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.dialect.Errors;
import dev.lockstep.rm.at.dialect.LaxSession;
import dev.lockstep.rm.at.dialect.Names;
import dev.lockstep.rm.at.dialect.OwnSession;
import dev.lockstep.rm.at.dialect.Replay;
import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.dialect.SessionFacts;
import dev.lockstep.rm.at.dialect.UndoLogFacts;
import dev.lockstep.rm.at.dialect.UniversalTime;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The facts of MySQL 5.7 to 9 and MariaDB 10.5 to 11, through MySQL's driver (8.0 and later) or MariaDB's (3.x), whichever
 * leads to which server. What the drivers do differently was measured with 9.7 and 3.5.
 */
public final class MySqlDialectProvider implements DialectProvider {

    private static final Pattern AUTO_RECONNECT =
            Pattern.compile("[?&,(]\\s*autoReconnect(ForPools)?\\s*=\\s*(true|yes)", Pattern.CASE_INSENSITIVE);

    /** A mode of several hosts before the hosts, a comma among them, or a name that stands for several. */
    private static final Pattern SEVERAL_HOSTS = Pattern.compile(
            "^jdbc:[\\w-]+(\\+srv:|:[\\w-]+:|://[^?]*,)|[?&,(]\\s*dnsSrv\\s*=\\s*(true|yes)", Pattern.CASE_INSENSITIVE);

    /** ER_DUP_ENTRY and ER_DUP_ENTRY_WITH_KEY_NAME; their SQLState is that of every broken constraint. */
    private static final Set<Integer> DUPLICATE = Set.of(1062, 1586);

    /**
     * Of the names of types, {@code bit(1)} is a boolean and the only one whose length counts. Numbers without sign are of
     * another Java class, and what an encoding makes of a letter is known of some; so both are said in the name. MySQL's driver
     * takes a column with a default expression for a computed one, and TINYINT(1) and YEAR for what they are not.
     *
     * <p>Trailing blanks count in the collations that their name or the list of collations calls NO PAD only; there are
     * none in MySQL 5.7. Of the binary ones those alone compare characters one by one.
     */
    private static final String COLUMN_TRAITS = """
            SELECT COLUMN_NAME,
                CASE
                    WHEN COLUMN_TYPE = 'bit(1)' THEN 'bit(1)'
                    WHEN DATA_TYPE IN ('mediumint', 'int', 'bigint', 'decimal') AND LOCATE('unsigned', COLUMN_TYPE) > 0
                        THEN CONCAT(DATA_TYPE, ' unsigned')
                    WHEN DATA_TYPE = 'varchar'
                            AND CHARACTER_SET_NAME NOT IN ('utf8mb4', 'utf8mb3', 'utf8', 'latin1', 'ascii')
                        THEN CONCAT('varchar ', CHARACTER_SET_NAME)
                    ELSE DATA_TYPE
                END,
                COALESCE(GENERATION_EXPRESSION, '') <> '',
                LOCATE('on update', LOWER(EXTRA)) > 0,
                CASE
                    WHEN COLLATION_NAME IS NULL OR COLLATION_NAME = 'binary' THEN NULL
                    WHEN DATA_TYPE = 'char'
                            OR LOCATE('_0900_', COLLATION_NAME) = 0 AND LOCATE('_nopad_', COLLATION_NAME) = 0
                        THEN 'HEX(WEIGHT_STRING(RTRIM(%s)))'
                    WHEN RIGHT(COLLATION_NAME, 4) = '_bin' THEN NULL
                    ELSE 'HEX(WEIGHT_STRING(%s))'
                END,
                CASE DATA_TYPE
                    WHEN 'datetime' THEN CONCAT('CAST(%s AS DATETIME(', DATETIME_PRECISION, '))')
                    WHEN 'timestamp' THEN CONCAT('CAST(%s AS DATETIME(', DATETIME_PRECISION, '))')
                    WHEN 'time' THEN CONCAT('CAST(%s AS TIME(', DATETIME_PRECISION, '))')
                    WHEN 'date' THEN 'CAST(%s AS DATE)'
                    WHEN 'decimal' THEN CONCAT('CAST(%s AS DECIMAL(', NUMERIC_PRECISION, ',', NUMERIC_SCALE, '))')
                    WHEN 'char' THEN 'RTRIM(%s)'
                    WHEN 'binary' THEN CONCAT('CAST(%s AS BINARY(', CHARACTER_MAXIMUM_LENGTH, '))')
                END,
                %DEFAULT%
            FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?""";

    /** MySQL gives the value itself, and an expression with a mark. */
    private static final String DEFAULT_OF_MYSQL = "IF(LOCATE('DEFAULT_GENERATED', EXTRA) > 0, NULL, COLUMN_DEFAULT)";

    /** MariaDB gives an expression in any case; of these only plain literals are sure. */
    private static final String DEFAULT_OF_MARIADB = """
            CASE
                    WHEN COLUMN_DEFAULT REGEXP '^-?[0-9]+([.][0-9]+)?$' THEN COLUMN_DEFAULT
                    WHEN LEFT(COLUMN_DEFAULT, 1) = '''' AND LOCATE(CHAR(92), COLUMN_DEFAULT) = 0
                            AND LOCATE('''', COLUMN_DEFAULT, 2) = CHAR_LENGTH(COLUMN_DEFAULT)
                        THEN SUBSTRING(COLUMN_DEFAULT, 2, CHAR_LENGTH(COLUMN_DEFAULT) - 2)
                END""";

    /** ER_LOCK_DEADLOCK, ER_LOCK_TABLE_FULL; with MariaDB's innodb_snapshot_isolation ER_CHECKREAD (11.4, measured). */
    private static final Set<Integer> ROLLED_BACK = Set.of(1213, 1206, 1020);

    /** ER_LOCK_WAIT_TIMEOUT. */
    private static final Map<Integer, String> PERHAPS_ROLLED_BACK = Map.of(1205, "SELECT @@innodb_rollback_on_timeout");

    /** MyISAM, MEMORY, Aria, CSV and so on: ROLLBACK leaves what was written there (warning 1196). */
    private static final String ENGINE_WITHOUT_TRANSACTIONS = """
            SELECT t.ENGINE FROM INFORMATION_SCHEMA.TABLES t JOIN INFORMATION_SCHEMA.ENGINES e ON e.ENGINE = t.ENGINE
            WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'""";

    private static final String TRIGGERS =
            " FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?";

    /**
     * INFORMATION_SCHEMA shows the triggers of those tables alone for which the user has the privilege TRIGGER: for all, for
     * the database, whose name may be a pattern there, or for the table. What roles grant is not found.
     */
    private static final String TRIGGER_PRIVILEGE = """
            SELECT 1 FROM (
                SELECT GRANTEE AS WHO, '%' AS HOME, '%' AS NAME FROM INFORMATION_SCHEMA.USER_PRIVILEGES
                    WHERE PRIVILEGE_TYPE = 'TRIGGER'
                UNION ALL SELECT GRANTEE, TABLE_SCHEMA, '%' FROM INFORMATION_SCHEMA.SCHEMA_PRIVILEGES
                    WHERE PRIVILEGE_TYPE = 'TRIGGER'
                UNION ALL SELECT GRANTEE, TABLE_SCHEMA, REPLACE(TABLE_NAME, '_', CONCAT(CHAR(92 USING utf8mb4), '_'))
                    FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER') AS granted
            WHERE ? LIKE HOME AND ? LIKE NAME
                AND WHO = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''',
                    SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')""";

    /**
     * For the RM's own work: rows come back as they were, also with key 0 and with dates that no calendar has; everything
     * else that does not fit is an error.
     */
    private static final OwnSession OWN_SESSION = new OwnSession(
            "SET innodb_lock_wait_timeout = GREATEST(1, %d DIV 1000),"
                    + " sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
            new OwnSession.Before(
                    "SELECT @@innodb_lock_wait_timeout, @@sql_mode",
                    "SET innodb_lock_wait_timeout = %s, sql_mode = '%s'",
                    (settings, lockWait) -> false));

    private static final UniversalTime UNIVERSAL_TIME = new UniversalTime(
            "SET @lockstep_time_zone = @@time_zone, time_zone = '+00:00'",
            "SET time_zone = @lockstep_time_zone, @lockstep_time_zone = NULL",
            "UNIX_TIMESTAMP(?) = ?");

    /**
     * Asked of the server: MySQL's driver does not hear of a USE and goes on to name the database of its URL. Of the modes
     * those that {@link MySqlRules} looks at.
     */
    private static final String SESSION = "SELECT DATABASE(), CONCAT_WS(',',"
            + " IF(FIND_IN_SET('ANSI_QUOTES', @@sql_mode), 'ANSI_QUOTES', NULL),"
            + " IF(FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@sql_mode), 'NO_BACKSLASH_ESCAPES', NULL))";

    private static final Map<String, ColumnForm> FORMS = forms();

    /**
     * A statement costs these servers more than a row, and MySQL's driver a round trip, in a batch too; but each row is looked
     * for among all that the statement names.
     */
    private static final int ROWS_REVERSED_TOGETHER = 32;

    /**
     * MySQL keeps a DECIMAL that an expression puts into a document, as JSON_OBJECT does; of a text it makes a double (8.0,
     * measured). MariaDB keeps the text, and calls the type longtext.
     */
    private static final Map<String, String> DOCUMENTS = Map.of("json", "SELECT CAST(? AS JSON)");

    /**
     * What a session without strict mode makes of an unknown member of an ENUM: number 0, which shows as an empty text. A strict one
     * takes neither that text nor that number (MySQL 8.0 and MariaDB 11.4, measured); zero dates and empty SETs it takes as
     * {@link #OWN_SESSION} has it.
     */
    private static final LaxSession LAX_SESSION = new LaxSession(
            "enum",
            "",
            "SET @lockstep_sql_mode = @@sql_mode,"
                    + " sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
            "SET sql_mode = @lockstep_sql_mode, @lockstep_sql_mode = NULL");

    private static final Names NAMES =
            Names.STANDARD.quotedFoldToo().lyingInCatalogs().quotedBy("`");

    private static final Catalogue CATALOGUE = Catalogue.STANDARD
            .triggers("SELECT COUNT(*)" + TRIGGERS)
            .unseenTriggers("SELECT TRIGGER_NAME" + TRIGGERS + " AND ACTION_TIMING <> 'BEFORE'")
            .rowTriggers("SELECT TRIGGER_NAME, ACTION_STATEMENT" + TRIGGERS + " AND ACTION_TIMING = 'BEFORE'")
            .engineWithoutTransactions(ENGINE_WITHOUT_TRANSACTIONS)
            .triggerPrivilege(TRIGGER_PRIVILEGE)
            .insertTriggers("SELECT TRIGGER_NAME, ACTION_STATEMENT" + TRIGGERS
                    + " AND ACTION_TIMING = 'BEFORE' AND EVENT_MANIPULATION = 'INSERT'");

    private static final UndoLogFacts UNDO_LOGS = UndoLogFacts.STANDARD
            .createdBy("mysql")
            .limitedBy("LIMIT ?")
            .sweptBy("DELETE FROM %1$s WHERE %2$s LIMIT ?")
            .noLargerThan("SELECT @@max_allowed_packet")
            .withGapsLocked();

    /** Called by the service loader. */
    public MySqlDialectProvider() {}

    private static Map<String, ColumnForm> forms() {
        Map<String, ColumnForm> forms = new HashMap<>();
        List.of("tinyint", "year").forEach(type -> forms.put(type, ColumnForm.INTEGER));
        List.of("date", "time", "datetime").forEach(type -> forms.put(type, ColumnForm.TEMPORAL_TEXT));
        forms.put("timestamp", ColumnForm.MOMENT_TEXT);
        List.of("enum", "set", "json", "uuid", "inet4", "inet6").forEach(type -> forms.put(type, ColumnForm.TEXT));
        forms.put("bit", ColumnForm.BITS);
        List.of("vector", "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring")
                .forEach(type -> forms.put(type, ColumnForm.BYTES));
        List.of("multipolygon", "geometrycollection", "geomcollection")
                .forEach(type -> forms.put(type, ColumnForm.BYTES));
        forms.put("double", ColumnForm.DOUBLE);
        forms.put("float", ColumnForm.ROUNDED_FLOAT);
        return forms;
    }

    /** The types for which the drivers report another. */
    private static Map<String, Integer> jdbcTypes() {
        Map<String, Integer> types = new HashMap<>();
        types.put("tinyint", Types.TINYINT);
        types.put("year", Types.SMALLINT);
        FORMS.forEach((type, form) -> {
            if (form == ColumnForm.BYTES || form == ColumnForm.BITS) {
                types.put(type, Types.VARBINARY);
            } else if (form == ColumnForm.TEXT) {
                types.put(type, Types.VARCHAR);
            }
        });
        types.put("json", Types.LONGVARCHAR);
        return types;
    }

    @Override
    public Optional<Dialect> dialectOf(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        String product = metaData.getDatabaseProductName();
        if (!product.equals("MySQL") && !product.equals("MariaDB")) {
            return Optional.empty();
        }
        // MySQL's driver calls a MariaDB server MySQL.
        String server = metaData.getDatabaseProductVersion().contains("MariaDB") ? "MariaDB" : product;
        return Optional.of(Dialect.builder(server, MySqlRules.rules(server, ""))
                .resourceId(MySqlDialectProvider::resourceId)
                .names(NAMES.storedUnquoted(
                        variable(connection, "lower_case_table_names").equals("0")
                                ? Names.Unquoted.AS_WRITTEN
                                : Names.Unquoted.LOWER_CASE))
                .session(SessionFacts.STANDARD
                        .with(SESSION, mode -> MySqlRules.rules(server, mode))
                        .begunBy(mayChangeServers(metaData.getURL()) ? null : "START TRANSACTION")
                        .committedByMode(knowsTheMode(metaData.getDriverName(), metaData.getURL()))
                        .ownWork(OWN_SESSION)
                        .lastGeneratedNumber("SELECT LAST_INSERT_ID(%s)"))
                .catalogue(CATALOGUE.columnTraits(COLUMN_TRAITS.replace(
                        "%DEFAULT%", server.equals("MariaDB") ? DEFAULT_OF_MARIADB : DEFAULT_OF_MYSQL)))
                .types(ColumnTypes.STANDARD
                        .reportedAs(jdbcTypes())
                        .travelling(FORMS, ColumnForm.TYPED)
                        .fillingUpDecimals(true)
                        .officiallyOf(officialClasses(metaData.getDriverName())))
                .changedRows(changedRows(server, metaData.getDriverName()))
                .errors(Errors.STANDARD
                        .uniqueViolations(DUPLICATE)
                        .localTransactionEnds(ROLLED_BACK, PERHAPS_ROLLED_BACK))
                .undoLogs(UNDO_LOGS)
                .replay(Replay.STANDARD
                        .rowsTogether(ROWS_REVERSED_TOGETHER)
                        .inUniversalTimeBy(UNIVERSAL_TIME)
                        .storingDocumentsAs(DOCUMENTS)
                        .laxlyBy(LAX_SESSION))
                .build());
    }

    private static ChangedRows changedRows(String server, String driverName) {
        ChangedRows counted =
                ChangedRows.STANDARD.keysFrom(ChangedRows.KeySource.VALUES).perhapsWithoutUnchanged();
        return server.equals("MariaDB") && driverName.startsWith("MariaDB")
                // Since 10.0. A DELETE that names its table twice cannot do so, and MySQL's driver runs no DELETE for
                // rows.
                ? counted.givenByPlainDelete(new RowsOfChange("%1$s RETURNING %2$s", ""))
                : counted;
    }

    private static Map<String, String> officialClasses(String driverName) {
        return driverName.startsWith("MySQL")
                // From 8.0.23 on.
                ? Map.of("timestamp", "java.sql.Timestamp", "datetime", "java.time.LocalDateTime")
                : Map.of("timestamp", "java.sql.Timestamp", "uuid", "java.util.UUID");
    }

    /**
     * MySQL's driver may go to another server, or to another session, between two statements where it believes itself in autocommit
     * mode, but not in a local transaction (ConnectionImpl and NativeSession, 8.4): among several hosts it goes back to the first
     * after any statement, once that is there again (FailoverConnectionProxy).
     */
    static boolean mayChangeServers(String jdbcUrl) {
        return SEVERAL_HOSTS.matcher(jdbcUrl).find()
                || AUTO_RECONNECT.matcher(jdbcUrl).find();
    }

    /**
     * MariaDB's driver reads the mode from each answer of the server. MySQL's notes what it was told, before the server agrees, sends
     * each change without a look at that, and in autocommit mode looks for a new session where one was lost.
     */
    static boolean knowsTheMode(String driverName, String jdbcUrl) {
        return driverName.startsWith("MariaDB")
                && !SEVERAL_HOSTS.matcher(jdbcUrl).find();
    }

    private static String variable(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@" + name)) {
            row.next();
            return row.getString(1);
        }
    }

    /**
     * The URL up to its parameters; in one that names several hosts bars take the place of commas, because a comma separates
     * resource ids on the wire. The official client does so for load-balancing URLs (DataSourceProxy, 2.0.0) and cannot use
     * others with several hosts.
     */
    static String resourceId(String jdbcUrl) {
        int end = jdbcUrl.indexOf('?');
        String id = end < 0 ? jdbcUrl : jdbcUrl.substring(0, end);
        return id.replace(',', '|');
    }
}
