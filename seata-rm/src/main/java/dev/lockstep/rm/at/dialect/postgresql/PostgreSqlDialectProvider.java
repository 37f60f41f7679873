package dev.lockstep.rm.at.dialect.postgresql;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.dialect.OwnSession;
import dev.lockstep.rm.at.dialect.RowsOfChange;
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

    /** From here on RETURNING tells rows as they were, too. */
    private static final int TELLS_OLD_ROWS = 18;

    private static final Dialect OLDER = facts().build();

    private static final Dialect DIALECT = facts().rowsOfUpdate(new RowsOfChange(
                    "%1$s RETURNING WITH (OLD AS lockstep_old, NEW AS lockstep_new) %2$s",
                    "lockstep_old.", "lockstep_new."))
            .build();

    private static Dialect.Builder facts() {
        return Dialect.builder("PostgreSQL", PostgreSqlRules.RULES)
                .unquotedNames(Dialect.UnquotedNames.LOWER_CASE)
                .officialLocksNameTablesAsWritten()
                .explicitIdentityClause("OVERRIDING SYSTEM VALUE")
                // A transaction sees its own versions, and its snapshot is that of its first statement.
                .ownRowsNeedNoLock()
                // FOR UPDATE would also wait for those who have only inserted a row that refers to this one.
                .updateLockClause("FOR NO KEY UPDATE")
                .rowsOfDelete(new RowsOfChange("%1$s RETURNING %2$s", ""))
                .resourceId(PostgreSqlDialectProvider::resourceId)
                .undoLogScript("postgresql")
                .undoLogSweep("DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s LIMIT ?))")
                // 25P02: the driver's own news that COMMIT of a failed transaction was a rollback.
                .commitFailureStates(List.of("23", "40", "25P02"))
                // LOCAL: the end of the transaction gives the session its own bound back, whatever happens.
                .ownSession(new OwnSession("SET LOCAL lock_timeout = %d", null))
                .columnTraits("SELECT a.attname, NULL, NULL::boolean, FALSE, 'LOWER(%s::text)', NULL, NULL"
                        + " FROM pg_catalog.pg_attribute a"
                        + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
                        + " WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND t.typname = 'citext'")
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
                // ON CONFLICT DO UPDATE locks the row before it writes the new version, which keeps that mark; a
                // new row has none (heap_update and heap_lock_tuple, 9.5 to 18).
                .insertedMark("xmax = 0")
                .deferrableKey("SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ? AND i.indisprimary AND NOT i.indimmediate")
                .castTypes(type -> switch (type) {
                    case "smallserial" -> "int2";
                    case "serial" -> "int4";
                    case "bigserial" -> "int8";
                    default -> type;
                })
                // The driver reports both without their zone.
                .jdbcTypes(Map.of("timestamptz", Types.TIMESTAMP_WITH_TIMEZONE, "timetz", Types.TIME_WITH_TIMEZONE))
                .forms(forms(), ColumnForm.UNTYPED_TEXT)
                // json, jsonb, inet, ranges, bit(n), types of extensions: objects of class PGobject for the driver.
                .formsByJdbcType(Map.of(Types.OTHER, ColumnForm.OBJECT_TEXT, Types.BIT, ColumnForm.OBJECT_TEXT));
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
