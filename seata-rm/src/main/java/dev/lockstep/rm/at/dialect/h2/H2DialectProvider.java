package dev.lockstep.rm.at.dialect.h2;

import dev.lockstep.rm.at.dialect.Catalogue;
import dev.lockstep.rm.at.dialect.ChangedRows;
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
import dev.lockstep.rm.at.sql.SqlRules;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The facts of H2 2.x. The mode decides how its SQL is read; how names are stored is a setting apart from the mode. */
public final class H2DialectProvider implements DialectProvider {

    private static final String MODE =
            "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'MODE'";

    /** Not of Oracle and HSQLDB: there a DECIMAL keeps the digits with which it was given (class Mode, 2.1 to 2.4). */
    private static final Set<String> MODES_THAT_FILL_UP_DECIMALS = Set.of("regular", "mysql", "mariadb", "postgresql");

    /** What H2 itself takes for long enough, in milliseconds (Constants.INITIAL_LOCK_TIMEOUT). */
    private static final long USUAL_LOCK_TIMEOUT = 2_000;

    private static final RowsOfChange OLD_ROWS = new RowsOfChange("SELECT %2$s FROM OLD TABLE (%1$s)", "");

    /** H2 forgets the plans of all sessions whenever one of them sets anything (class Set, 2.2 to 2.4). */
    private static final OwnSession OWN_SESSION = new OwnSession(
            "SET LOCK_TIMEOUT %d",
            new OwnSession.Before(
                    "SELECT LOCK_TIMEOUT()",
                    "SET LOCK_TIMEOUT %s",
                    (settings, lockWait) -> Long.parseLong(String.valueOf(settings.get(0)))
                            <= Math.max(USUAL_LOCK_TIMEOUT, lockWait.toMillis())));

    private static final Catalogue CATALOGUE = Catalogue.STANDARD
            .columnTraits("SELECT COLUMN_NAME, NULL, NULL, COLUMN_ON_UPDATE IS NOT NULL,"
                    + " CASE WHEN DATA_TYPE = 'VARCHAR_IGNORECASE' THEN 'UPPER(%s)' END, NULL, NULL"
                    + " FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")
            .triggers("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TRIGGERS"
                    + " WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?")
            .unseenTriggers("SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ?"
                    + " AND EVENT_OBJECT_TABLE = ? AND (ACTION_TIMING <> 'BEFORE' OR ACTION_ORIENTATION <> 'ROW')");

    /** Called by the service loader. */
    public H2DialectProvider() {}

    @Override
    public Optional<Dialect> dialectOf(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        if (!"H2".equals(metaData.getDatabaseProductName())) {
            return Optional.empty();
        }
        String mode = mode(connection);
        return Optional.of(Dialect.builder("H2 in " + mode + " mode", rules(mode))
                // The settings of an H2 URL follow a semicolon and are no part of the database's identity.
                .resourceIdEndsAt(";?")
                .names(Names.STANDARD.storedUnquoted(unquotedNames(metaData)))
                .session(SessionFacts.STANDARD.ownWork(OWN_SESSION))
                .catalogue(CATALOGUE)
                .types(ColumnTypes.STANDARD.fillingUpDecimals(
                        MODES_THAT_FILL_UP_DECIMALS.contains(mode.toLowerCase(Locale.ROOT))))
                // The rows were locked before they were written, and a transaction's view is taken when it begins.
                .reads(RowReads.STANDARD.ownRowsUnlocked())
                // H2 keeps the plan of this one, and none of a SELECT that locks.
                .changedRows(ChangedRows.STANDARD.givenByUpdate(OLD_ROWS).givenByPlainDelete(OLD_ROWS))
                // DEADLOCK_1: an update that loses takes all along, and after a query nothing but a rollback works
                // (2.4).
                .errors(Errors.STANDARD.localTransactionEnds(Set.of(40001), Map.of()))
                .undoLogs(UndoLogFacts.STANDARD.createdBy("h2"))
                .replay(Replay.STANDARD.identityGivenBy("OVERRIDING SYSTEM VALUE"))
                .build());
    }

    private static SqlRules rules(String mode) {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "mysql", "mariadb" -> H2SqlRules.MYSQL;
            case "postgresql" -> H2SqlRules.POSTGRESQL;
            default -> H2SqlRules.REGULAR;
        };
    }

    private static String mode(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MODE)) {
            return rows.next() ? rows.getString(1) : "REGULAR";
        }
    }

    private static Names.Unquoted unquotedNames(DatabaseMetaData metaData) throws SQLException {
        if (metaData.storesUpperCaseIdentifiers()) {
            return Names.Unquoted.UPPER_CASE;
        }
        return metaData.storesLowerCaseIdentifiers() ? Names.Unquoted.LOWER_CASE : Names.Unquoted.AS_WRITTEN;
    }
}
