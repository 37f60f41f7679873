package dev.lockstep.rm.at.dialect.postgresql;

import dev.lockstep.rm.at.dialect.Catalogue;
import dev.lockstep.rm.at.dialect.ChangedRows;
import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.ColumnTypes;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.dialect.Errors;
import dev.lockstep.rm.at.dialect.Names;
import dev.lockstep.rm.at.dialect.OwnSession;
import dev.lockstep.rm.at.dialect.Replay;
import dev.lockstep.rm.at.dialect.RowReads;
import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.dialect.SessionFacts;
import dev.lockstep.rm.at.dialect.UndoLogFacts;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The facts of PostgreSQL 14 to 18 through its own driver. */
public final class PostgreSqlDialectProvider implements DialectProvider {

    /** A trigger may stand on one partition alone. */
    private static final String TABLE_AND_PARTITIONS = "WITH it AS (SELECT c.oid, c.relkind FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?),"
            + " parts AS (SELECT oid FROM it"
            + " UNION SELECT p.relid::oid FROM it, LATERAL pg_catalog.pg_partition_tree(it.oid) p) ";

    /**
     * What stands for the values that are equal and have several texts. A domain is as the type below it; numbers with a scale
     * have one text each.
     */
    private static final String COLUMN_TRAITS = """
            WITH RECURSIVE it AS (
                SELECT a.attname, a.atttypid AS type, a.atttypmod AS modifier FROM pg_catalog.pg_attribute a
                    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL SELECT it.attname, t.typbasetype, t.typtypmod FROM it
                    JOIN pg_catalog.pg_type t ON t.oid = it.type AND t.typtype = 'd')
            SELECT it.attname, NULL, NULL::boolean, FALSE,
                CASE t.typname
                    WHEN 'citext' THEN 'LOWER(%s::text)'
                    WHEN 'numeric' THEN 'TRIM_SCALE(%s)::text'
                    WHEN 'interval' THEN 'JUSTIFY_INTERVAL(%s)::text'
                END, NULL, NULL
            FROM it JOIN pg_catalog.pg_type t ON t.oid = it.type
            WHERE t.typname IN ('citext', 'interval') OR t.typname = 'numeric' AND it.modifier < 0""";

    /** From here on RETURNING tells rows as they were, too. */
    private static final int TELLS_OLD_ROWS = 18;

    private static final RowsOfChange OLD_ROWS = new RowsOfChange("%1$s RETURNING %2$s", "");

    private static final RowsOfChange OLD_AND_NEW_ROWS = new RowsOfChange(
            "%1$s RETURNING WITH (OLD AS lockstep_old, NEW AS lockstep_new) %2$s", "lockstep_old.", "lockstep_new.");

    // ON CONFLICT DO UPDATE locks the row before it writes the new version, which keeps that mark; a
    // new row has none (heap_update and heap_lock_tuple, 9.5 to 18).
    private static final ChangedRows CHANGED_ROWS =
            ChangedRows.STANDARD.givenByDelete(OLD_ROWS).insertedOnesMarkedBy("xmax = 0");

    private static final Catalogue CATALOGUE = Catalogue.STANDARD
            .columnTraits(COLUMN_TRAITS)
            .triggers(TABLE_AND_PARTITIONS + "SELECT COUNT(*) FROM pg_catalog.pg_trigger t"
                    + " JOIN parts ON parts.oid = t.tgrelid WHERE NOT t.tgisinternal")
            // The two lowest bits of tgtype are "for each row" and "before". A rule may write anything, or nothing.
            // A row deleted from a table that others inherit from may be theirs, and would be inserted here.
            .unseenTriggers(TABLE_AND_PARTITIONS + "SELECT t.tgname::text FROM pg_catalog.pg_trigger t"
                    + " JOIN parts ON parts.oid = t.tgrelid WHERE NOT t.tgisinternal AND (t.tgtype & 3) <> 3"
                    + " UNION SELECT 'rule ' || r.rulename FROM pg_catalog.pg_rewrite r"
                    + " JOIN it ON it.oid = r.ev_class WHERE r.rulename <> '_RETURN'"
                    + " UNION SELECT 'rows of ' || c.relname || ', which inherits from it' FROM pg_catalog.pg_inherits i"
                    + " JOIN it ON it.oid = i.inhparent AND it.relkind = 'r'"
                    + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid")
            // Of functions in C those that come with the server and change their own row alone.
            .rowTriggers(TABLE_AND_PARTITIONS + "SELECT t.tgname::text, CASE WHEN l.lanname = 'plpgsql' THEN p.prosrc"
                    + " WHEN l.lanname IN ('c', 'internal') AND p.proname IN ('moddatetime', 'insert_username',"
                    + " 'autoinc', 'tsvector_update_trigger', 'tsvector_update_trigger_column',"
                    + " 'suppress_redundant_updates_trigger') THEN '' END"
                    + " FROM pg_catalog.pg_trigger t JOIN parts ON parts.oid = t.tgrelid"
                    + " JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid"
                    + " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
                    + " WHERE NOT t.tgisinternal AND (t.tgtype & 3) = 3")
            .deferrableKey("SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = ? AND c.relname = ? AND i.indisprimary AND NOT i.indimmediate");

    private static final ColumnTypes TYPES = ColumnTypes.STANDARD
            // The driver reports both without their zone.
            .reportedAs(Map.of("timestamptz", Types.TIMESTAMP_WITH_TIMEZONE, "timetz", Types.TIME_WITH_TIMEZONE))
            .travelling(forms(), ColumnForm.UNTYPED_TEXT)
            .fillingUpDecimals(true)
            // json, jsonb, inet, ranges, bit(n), types of extensions: objects of class PGobject for the driver.
            .travellingBy(Map.of(Types.OTHER, ColumnForm.OBJECT_TEXT, Types.BIT, ColumnForm.OBJECT_TEXT))
            .comparedAs(type -> switch (type) {
                case "smallserial" -> "int2";
                case "serial" -> "int4";
                case "bigserial" -> "int8";
                default -> type;
            });

    private static final Dialect OLDER = facts().changedRows(CHANGED_ROWS).build();

    private static final Dialect DIALECT =
            facts().changedRows(CHANGED_ROWS.givenByUpdate(OLD_AND_NEW_ROWS)).build();

    private static Dialect.Builder facts() {
        return Dialect.builder("PostgreSQL", PostgreSqlRules.RULES)
                .resourceId(PostgreSqlDialectProvider::resourceId)
                .names(Names.STANDARD.storedUnquoted(Names.Unquoted.LOWER_CASE).writtenInOfficialLocks())
                // LOCAL: the end of the transaction gives the session its own bound back, whatever happens.
                .session(SessionFacts.STANDARD
                        .ownWork(new OwnSession(OWN_WORK, null))
                        .followingTransactions())
                .catalogue(CATALOGUE)
                .types(TYPES)
                // A transaction sees its own versions, and its snapshot is that of its first statement. FOR UPDATE
                // would
                // also wait for those who have only inserted a row that refers to this one.
                .reads(RowReads.STANDARD.ownRowsUnlocked().lockingForUpdatesBy("FOR NO KEY UPDATE"))
                // 25P02: the driver's own news that COMMIT of a failed transaction was a rollback.
                .errors(Errors.STANDARD.commitFailures(List.of("23", "40", "25P02")))
                .undoLogs(UndoLogFacts.STANDARD
                        .createdBy("postgresql")
                        .sweptBy("DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s LIMIT ?))"))
                .replay(Replay.STANDARD.identityGivenBy("OVERRIDING SYSTEM VALUE"));
    }

    /** Types whose Java values are exact, and those that the driver has as objects with more than a text. */
    private static Map<String, ColumnForm> forms() {
        Map<String, ColumnForm> forms = new HashMap<>();
        Stream.of(
                        "bool",
                        "int2",
                        "int4",
                        "int8",
                        "smallserial",
                        "serial",
                        "bigserial",
                        "numeric",
                        "float4",
                        "float8",
                        "bytea",
                        "date",
                        "time",
                        "timetz",
                        "timestamp",
                        "timestamptz",
                        "uuid")
                .forEach(name -> forms.put(name, ColumnForm.TYPED));
        Stream.of("interval", "point", "line", "lseg", "box", "path", "polygon", "circle", "money", "hstore")
                .forEach(name -> forms.put(name, ColumnForm.UNTYPED_TEXT));
        return forms;
    }

    /**
     * The isolation first, since it cannot be set after any query. Under a stricter one the RM would not see what others have
     * committed since its first statement, and would not know that a foreign key takes it along.
     */
    private static final String OWN_WORK =
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %d";

    /** Called by the service loader. */
    public PostgreSqlDialectProvider() {}

    @Override
    public Optional<Dialect> dialectOf(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        if (!metaData.getDatabaseProductName().equals("PostgreSQL")) {
            return Optional.empty();
        }
        return Optional.of(metaData.getDatabaseMajorVersion() >= TELLS_OLD_ROWS ? DIALECT : OLDER);
    }

    /**
     * The URL up to its parameters; of these the first that holds {@code currentSchema} belongs to the id, its commas
     * written as exclamation marks, because a comma separates resource ids on the wire (DataSourceProxy, 2.0.0). Commas
     * between hosts, with which the official client cannot work, are written as bars.
     */
    static String resourceId(String jdbcUrl) {
        int end = jdbcUrl.indexOf('?');
        String id = (end < 0 ? jdbcUrl : jdbcUrl.substring(0, end)).replace(',', '|');
        if (end >= 0) {
            for (String parameter : jdbcUrl.substring(end + 1).split("&")) {
                if (parameter.contains("currentSchema")) {
                    return id + "?" + parameter.replace(',', '!');
                }
            }
        }
        return id;
    }
}
