package dev.lockstep.rm.at;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.image.LockKeyRules;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.Destinations;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.Sessions;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.phaseone.BranchReport;
import dev.lockstep.rm.at.phaseone.CountingMode;
import dev.lockstep.rm.at.phaseone.Exemptions;
import dev.lockstep.rm.at.phaseone.FailedStatement;
import dev.lockstep.rm.at.phaseone.GlobalLockCheck;
import dev.lockstep.rm.at.phaseone.LastGeneratedNumber;
import dev.lockstep.rm.at.phaseone.LocalCommit;
import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.at.phaseone.LostCommit;
import dev.lockstep.rm.at.phaseone.RowsHeldHere;
import dev.lockstep.rm.at.phaseone.StatementRunner;
import dev.lockstep.rm.at.phasetwo.AtBranchHandler;
import dev.lockstep.rm.at.phasetwo.BranchRollback;
import dev.lockstep.rm.at.phasetwo.Housekeeping;
import dev.lockstep.rm.at.phasetwo.OrphanSweep;
import dev.lockstep.rm.at.phasetwo.UndoLogCleaner;
import dev.lockstep.rm.at.phasetwo.UndoLogExpiry;
import dev.lockstep.rm.at.phasetwo.WritableDataSource;
import dev.lockstep.rm.at.sql.SqlRecognizer;
import dev.lockstep.rm.at.undo.StandingBranches;
import dev.lockstep.rm.at.undo.UndoLogCreation;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoReplay;
import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rm.policy.UnknownFunctions;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database as the AT mode sees it: its id, its facts, and the objects that do the steps there, built once and wired
 * here. Immutable, thread-safe.
 */
public final class AtResource {

    private final String resourceId;
    private final Dialect dialect;
    private final LockRetry lockRetry;
    private final Map<String, SqlRecognizer> recognizers = new ConcurrentHashMap<>();
    private final Sessions sessions;
    private final Destinations destinations;
    private final boolean changingUrls;
    private final TableMetaCache tables;
    private final UnknownFunctions unknownFunctions;
    private final Exemptions exemptions;
    private final StatementRunner statementRunner;
    private final FailedStatement failedStatement;
    private final GlobalLockCheck lockCheck;
    private final LocalCommit localCommit;
    private final AtBranchHandler.PhaseTwo phaseTwo;

    private AtResource(
            String resourceId,
            Dialect dialect,
            Namespace home,
            DataSource dataSource,
            ResourceManagerOutbound tc,
            AtSettings settings,
            StandingBranches standing,
            Executor reports) {
        this.resourceId = resourceId;
        this.dialect = dialect;
        this.lockRetry = settings.lockRetry().toldTo(settings.branchListener(), resourceId);
        this.sessions = new Sessions(dialect);
        this.destinations = new Destinations(dialect);
        this.changingUrls = settings.changingUrls();
        this.tables = new TableMetaCache(dialect, settings.tableMetaAge());
        RowQuery rows = new RowQuery(dialect);
        UndoLogTable undoLogs = new UndoLogTable(dialect, settings.undoLogTable(), home, settings.undoLogFormat());
        this.unknownFunctions = settings.unknownFunctions();
        this.exemptions = new Exemptions(resourceId, settings.uncapturedTables(), settings.sideEffectsIgnored());
        LastGeneratedNumber lastNumber = new LastGeneratedNumber(dialect);
        this.statementRunner = new StatementRunner(
                dialect,
                tables,
                rows,
                dialect.changedRows().mayLeaveOutUnchanged()
                        ? new CountingMode(undoLogs, lastNumber)
                        : connection -> false,
                home,
                settings.onlyCareUpdateColumns(),
                exemptions);
        this.failedStatement = new FailedStatement(dialect.errors());
        LockKeyRules lockKeys =
                new LockKeyRules(settings.lockKeys(), dialect.names().officialLocksAsWritten());
        RowsHeldHere heldHere = new RowsHeldHere();
        this.lockCheck = new GlobalLockCheck(resourceId, tc, tables, rows, lockRetry, lockKeys, heldHere, exemptions);
        this.localCommit = new LocalCommit(
                resourceId,
                dialect,
                tc,
                undoLogs,
                standing,
                lastNumber,
                new LostCommit(dataSource, dialect, undoLogs, settings.lostCommitLimit()),
                lockRetry,
                lockKeys,
                heldHere,
                new BranchReport(tc, settings.reportSuccess(), settings.reportRetryCount(), reports),
                lockCheck,
                settings.branchListener());
        WritableDataSource writable = new WritableDataSource(resourceId, dataSource, undoLogs);
        Housekeeping housekeeping = new Housekeeping(writable, dialect);
        OrphanSweep orphans =
                new OrphanSweep(resourceId, housekeeping, undoLogs, settings.orphanAge(), undoLogs.upkeep()::now);
        this.phaseTwo = new AtBranchHandler.PhaseTwo(
                new BranchRollback(
                        resourceId,
                        writable,
                        dialect,
                        undoLogs,
                        standing,
                        new UndoReplay(
                                dialect, tables, rows, home, settings.undoDataValidation(), exemptions::withoutIgnored),
                        settings.rollbackLockWait(),
                        settings.dirtyWrites(),
                        settings.branchListener()),
                new UndoLogCleaner(
                        resourceId,
                        housekeeping,
                        undoLogs,
                        settings.asyncCommitBufferLimit(),
                        settings.closeLimit(),
                        settings.branchListener()),
                new UndoLogExpiry(resourceId, housekeeping, undoLogs, orphans, undoLogs.upkeep()::now),
                orphans,
                writable,
                home);
    }

    /**
     * Finds out what database a data source leads to.
     *
     * @param dataSource the user's own
     * @param connection one of its connections; left as it is
     * @param standing the branches of this process, on whatever database
     * @param reports what sends reports of failure, so that nobody waits long for a silent TC
     * @throws SQLFeatureNotSupportedException if nobody knows this kind of database
     */
    public static AtResource of(
            DataSource dataSource,
            Connection connection,
            ResourceManagerOutbound tc,
            AtSettings settings,
            StandingBranches standing,
            Executor reports)
            throws SQLException {
        Dialect dialect = DialectProvider.find(connection);
        String resourceId = dialect.resourceId(connection.getMetaData().getURL());
        Namespace home = Namespace.of(connection);
        if (settings.createUndoLogTable()) {
            new UndoLogCreation(resourceId, dialect, settings.undoLogTable(), home).run(dataSource, connection);
        }
        UndoLogTable.requireTransactional(connection, dialect, settings.undoLogTable(), home);
        return new AtResource(resourceId, dialect, home, dataSource, tc, settings, standing, reports);
    }

    /** The official id, by which the TC knows the database. */
    public String resourceId() {
        return resourceId;
    }

    /**
     * Refuses to write through a connection to another database, whose undo logs nobody would find: the TC is told of the
     * resource, and asks for its branches there.
     */
    void requireLeadsHere(Connection connection) throws SQLException {
        if (changingUrls) {
            return;
        }
        String there = destinations.of(connection);
        if (!there.equals(resourceId)) {
            throw new SQLNonTransientException(
                    "Write refused: this connection leads to " + there + ", and its data source takes part in global"
                            + " transactions as " + resourceId + ". A data source that chooses among several databases"
                            + " cannot be one resource, since what is written elsewhere would never be rolled back. Wrap"
                            + " each of those that it chooses from, and not the one that chooses. If both are hosts of one"
                            + " database cluster whose driver changes the URL, set lockstep.changing-urls=true.",
                    "0A000");
        }
    }

    /** What ends branches here. */
    public AtBranchHandler.PhaseTwo phaseTwo() {
        return phaseTwo;
    }

    /**
     * Its queue and its caches now.
     *
     * @param serving what deletes undo logs for all data sources that lead here; null if that is told of elsewhere
     */
    ResourceState state(@Nullable UndoLogCleaner serving) {
        UndoLogCleaner cleaner = serving == null ? phaseTwo.cleaner() : serving;
        return new ResourceState(
                resourceId,
                cleaner.waiting(),
                cleaner.capacity(),
                cleaner.lastFailure(),
                recognizers.values().stream().mapToInt(SqlRecognizer::plans).sum(),
                recognizers.values().stream()
                        .mapToLong(SqlRecognizer::plansMade)
                        .sum(),
                tables.size(),
                tables.reads());
    }

    Dialect dialect() {
        return dialect;
    }

    LockRetry lockRetry() {
        return lockRetry;
    }

    /** What tells the meaning of texts in sessions of this SQL mode, of which a dialect tells a few apart. */
    SqlRecognizer recognizer(String sqlMode) {
        SqlRecognizer known = recognizers.get(sqlMode);
        return known != null
                ? known
                : recognizers.computeIfAbsent(
                        sqlMode,
                        mode -> new SqlRecognizer(
                                dialect.sqlRules(mode), unknownFunctions, exemptions::tellOfFunction));
    }

    /** Whether sessions read SQL in ways of their own. */
    boolean sessionsHaveModes() {
        return dialect.session().query() != null;
    }

    Sessions sessions() {
        return sessions;
    }

    TableMetaCache tables() {
        return tables;
    }

    Exemptions exemptions() {
        return exemptions;
    }

    StatementRunner statementRunner() {
        return statementRunner;
    }

    FailedStatement failedStatement() {
        return failedStatement;
    }

    GlobalLockCheck lockCheck() {
        return lockCheck;
    }

    LocalCommit localCommit() {
        return localCommit;
    }
}
