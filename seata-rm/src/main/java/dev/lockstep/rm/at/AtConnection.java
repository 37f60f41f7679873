package dev.lockstep.rm.at;

import dev.lockstep.rm.at.dialect.Dialect.KeySource;
import dev.lockstep.rm.at.image.StatedKeys;
import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.Session;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.rm.at.phaseone.GlobalLockConflictException;
import dev.lockstep.rm.at.phaseone.LocalCommit.OnConflict;
import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.UnsupportedSqlException;
import dev.lockstep.rm.jdbc.DelegatingConnection;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.LockRetryLimits;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the user's pool that joins the global transaction of whoever writes through it.
 *
 * <p>It binds late: the first write or locking read inside a global transaction binds its local transaction. It stays bound:
 * until that local transaction ends, every write on it is captured under the same xid, from whichever thread it comes.
 * Outside a global transaction it forwards, after one look at a thread-local.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class AtConnection extends DelegatingConnection {

    private static final Logger log = LoggerFactory.getLogger(AtConnection.class);

    private final AtDataSource dataSource;
    private final Map<Savepoint, Mark> savepoints = new IdentityHashMap<>(0);
    private @Nullable BranchContext branch;
    private @Nullable Session session;
    /** How often names that stand alone may have come to mean other tables here. */
    private int namesChanged;

    /** Whether this local transaction has changed rows without being bound; means nothing in autocommit mode. */
    private boolean wroteUnbound;

    /** Set while a statement of the user is captured. */
    private volatile @Nullable QueriesAround around;

    /** Whether names that stand alone may mean other tables here than on a fresh connection. */
    private boolean ledElsewhere;

    /** Our own local transaction in autocommit mode, where a statement has begun it; null otherwise. */
    private @Nullable StartedTransaction started;

    /** How often something may have run since the local transaction began; at first that is not known. */
    private int runs = 1;

    /** Whether the user may have the driver's own objects, through which things run unseen. */
    private boolean exposed;

    /** What was known when a savepoint was set. */
    private record Mark(int changes, boolean wroteUnbound) {}

    AtConnection(Connection delegate, AtDataSource dataSource) {
        super(delegate);
        this.dataSource = dataSource;
    }

    // ---- what the statements ask

    /** Whether a statement that runs now belongs to a global transaction, or must keep to global locks. */
    boolean isInside() {
        return branch != null || GlobalScope.current() != null || GlobalLockScope.current() != null;
    }

    /** The same for one that runs now, whatever it is. */
    boolean runsInside() {
        runs++;
        return isInside();
    }

    /** Tells that the user was given an object of the driver's own. */
    void expose() {
        exposed = true;
        runs++;
    }

    private void newLocalTransaction() {
        wroteUnbound = false;
        runs = exposed ? 1 : 0;
    }

    /** Tells of a statement that ran outside: how many rows it changed, 0 also for one that is no write. */
    void noteRowsChanged(long affected, String sql) {
        if (affected <= 0 && WritingQuery.mayChangeNames(sql)) {
            namesChanged++;
        }
        noteRowsChanged(affected);
        if (affected <= 0 && WritingQuery.mayWriteUncounted(sql)) {
            wroteUnbound = true;
        }
    }

    /** Tells of a procedure that is about to run outside: it may write and lead elsewhere, also if it fails then. */
    void noteProcedure() {
        wroteUnbound = true;
        noteTextsRun();
    }

    /** The same of a batch. */
    void noteRowsChanged(long affected) {
        if (affected > 0) {
            wroteUnbound = true;
        } else {
            // Whatever changes no row may have been a SET SCHEMA.
            sessionMayHaveChanged();
        }
    }

    /** Tells of a batch of texts that ran outside: any of them may have been a SET SCHEMA. */
    void noteTextsRun() {
        namesChanged++;
        sessionMayHaveChanged();
    }

    /** Counts what has changed the meaning of names; for {@link #requireNamesAsPrepared}. */
    int namesChanged() {
        return namesChanged;
    }

    /**
     * Refuses what would be imaged in one table and written to in another: some databases keep the tables that a statement
     * meant when it was prepared (H2; MySQL with statements prepared on the server), others look again.
     *
     * @param preparedAt {@link #namesChanged} when it was prepared
     */
    void requireNamesAsPrepared(int preparedAt, RecognizedSql recognized, String sql) throws SQLException {
        boolean namesTables =
                recognized instanceof RecognizedSql.Write || recognized instanceof RecognizedSql.LockingRead;
        if (namesTables && preparedAt != namesChanged) {
            throw new UnsupportedSqlException(
                    sql,
                    "it was prepared before the connection was led to another schema or database, and may mean a table there"
                            + " or here",
                    "Prepare it again.");
        }
    }

    /** Tells of a statement that ran outside and gave rows: some write all the same. */
    void noteRowsGiven(String sql) {
        if (WritingQuery.mayWrite(sql)) {
            wroteUnbound = true;
        }
    }

    /** The database's own connection, for what runs in place of the user's statement. */
    Connection raw() {
        QueriesAround now = around;
        return now == null ? delegate() : now;
    }

    /** Tells of a statement, prepared earlier, that runs in place of the user's. */
    void isAboutToRun(Statement statement) throws SQLException {
        QueriesAround now = around;
        if (now != null) {
            now.limited(statement);
        }
    }

    /** Cancels what is under way for a statement of the user besides the driver's own; called from any thread. */
    void cancelQueriesOf(Statement user) throws SQLException {
        QueriesAround now = around;
        if (now != null && now.areOf(user)) {
            now.cancel();
        }
    }

    /**
     * What a statement means, for one that runs inside.
     *
     * @throws UnsupportedSqlException if it may write and cannot be captured
     */
    RecognizedSql recognize(String sql) throws SQLException {
        RecognizedSql recognized = meaning(sql);
        if (recognized instanceof RecognizedSql.Refused refused) {
            throw new UnsupportedSqlException(sql, refused);
        }
        if (recognized instanceof RecognizedSql.Exempt) {
            resource().exemptions().tellOfStatement(sql);
        }
        if (recognized instanceof RecognizedSql.Harmless harmless && harmless.changesNames()) {
            namesChanged++;
            sessionMayHaveChanged();
        }
        return recognized;
    }

    /** The dialect's way to write a stored name. */
    String quoted(String storedName) throws SQLException {
        return resource().dialect().quoted(storedName);
    }

    /** Whether the keys that come back from a batch of this INSERT are those of the rows that were added. */
    boolean knowsKeysOfBatch(RecognizedSql.Insert insert) throws SQLException {
        return resource().dialect().keySource() == KeySource.RETURNED
                || !insert.skipsConflicts() && !insert.fromQuery();
    }

    private RecognizedSql meaning(String sql) throws SQLException {
        AtResource resource;
        try {
            resource = resource();
        } catch (SQLFeatureNotSupportedException unknownDatabase) {
            // What reads by anybody's rules needs no dialect.
            RecognizedSql recognized = dataSource.standardSql().recognize(sql);
            if (recognized instanceof RecognizedSql.Read) {
                return recognized;
            }
            throw unknownDatabase;
        }
        return resource.recognizer(resource.sessionsHaveModes() ? session().sqlMode() : "")
                .recognize(sql);
    }

    /** Names may mean other tables now, and texts may be read otherwise. */
    void sessionMayHaveChanged() {
        session = null;
        ledElsewhere = true;
    }

    /** The table that an INSERT names. */
    TableMeta tableOf(RecognizedSql.Insert insert) throws SQLException {
        return resource().tables().find(delegate(), insert.table().path(), namespace());
    }

    private AtResource resource() throws SQLException {
        // A connection that the user has led elsewhere would mislead about where undo_log lies.
        return ledElsewhere ? dataSource.open() : dataSource.resource(delegate());
    }

    private Namespace namespace() throws SQLException {
        return session().namespace();
    }

    private Session session() throws SQLException {
        Session known = session;
        if (known == null) {
            AtResource resource = resource();
            if (ledElsewhere) {
                resource.sessions().forget(delegate());
            }
            known = resource.sessions().of(delegate());
            session = known;
        }
        return known;
    }

    /** Captures one write; gives the number of rows affected. */
    long capture(RecognizedSql.Write statement, WriteCall call, QueriesAround queries) throws SQLException {
        return inBranch((resource, joined, onConflict) -> captureIn(resource, joined, statement, call, queries));
    }

    /** What an execution of a user's statement queries besides. */
    QueriesAround queriesAround(Statement user, int timeoutSeconds) {
        return new QueriesAround(delegate(), user, timeoutSeconds);
    }

    /** Captures one write as part of a larger piece of work. */
    long captureIn(
            AtResource resource,
            BranchContext joined,
            RecognizedSql.Write statement,
            WriteCall call,
            QueriesAround queries)
            throws SQLException {
        // The first thing in a local transaction is undone by the end of that: no savepoint is needed.
        boolean first = runs == 1;
        runs++;
        QueriesAround here = queries.on(working());
        around = here;
        try {
            return resource.statementRunner().run(here, namespace(), statement, call, joined, first);
        } catch (SQLException e) {
            noteFailure(e);
            throw e;
        } finally {
            around = null;
        }
    }

    /** Runs, inside, what is not captured. */
    <R> R runAsWritten(Query<R> query) throws SQLException {
        try {
            return query.run();
        } catch (SQLException e) {
            noteFailure(e);
            throw e;
        }
    }

    /** Tells of a statement of the user that failed, in whatever way it ran. */
    void noteFailure(SQLException failure) {
        BranchContext bound = branch;
        AtResource known = dataSource.known();
        if (bound != null && known != null) {
            known.failedStatement().happened(working(), bound, failure);
        }
    }

    /** Runs a read that was found to lock rows, when no other global transaction holds them. */
    <R> R lockingRead(RecognizedSql.LockingRead read, BoundParameters parameters, QueriesAround queries, Query<R> query)
            throws SQLException {
        return inBranch((resource, joined, onConflict) -> {
            QueriesAround here = queries.on(working());
            around = here;
            Query<R> reading = onConflict == OnConflict.GIVE_UP ? here.readWhole(query) : query;
            try {
                return resource.lockCheck()
                        .run(here, namespace(), read, parameters, joined, onConflict, here.reading(reading));
            } catch (SQLException e) {
                noteFailure(e);
                throw e;
            } finally {
                around = null;
            }
        });
    }

    /** The user's own query. */
    interface Query<R> {
        R run() throws SQLException;
    }

    /** Work within a bound local transaction. */
    interface Work<R> {
        R run(AtResource resource, BranchContext joined, OnConflict onConflict) throws SQLException;
    }

    /**
     * Does work in the local transaction of the user, or in one of its own when the connection is in autocommit mode: then
     * work and branch are one, and a conflict over global locks undoes the work, waits without any local lock, and does it
     * again.
     */
    <R> R inBranch(Work<R> work) throws SQLException {
        AtResource resource = resource();
        if (!working().getAutoCommit()) {
            return work.run(resource, join(resource), OnConflict.WAIT);
        }
        LockRetry.Attempts attempts = resource.lockRetry().start(lockRetryHere());
        while (true) {
            try {
                R result = inOwnTransaction(resource, work);
                attempts.obtained();
                return result;
            } catch (GlobalLockConflictException e) {
                if (!attempts.waitForNext(e.holder())) {
                    throw e.after(attempts);
                }
            }
        }
    }

    private static @Nullable LockRetryLimits lockRetryHere() {
        GlobalScope scope = GlobalScope.current();
        if (scope != null) {
            return scope.lockRetry();
        }
        GlobalLockScope lock = GlobalLockScope.current();
        return lock == null ? null : lock.lockRetry();
    }

    private <R> R inOwnTransaction(AtResource resource, Work<R> work) throws SQLException {
        begin(resource);
        R result;
        try {
            BranchContext joined = join(resource);
            result = work.run(resource, joined, OnConflict.GIVE_UP);
            resource.localCommit().run(working(), joined, OnConflict.GIVE_UP);
        } catch (SQLException | RuntimeException | Error e) {
            rollBackBecauseOf(e);
            throw e;
        }
        leave();
        backToAutoCommit();
        return result;
    }

    private void begin(AtResource resource) throws SQLException {
        String start = resource.dialect().transactionStart();
        if (start == null) {
            delegate().setAutoCommit(false);
        } else {
            started = StartedTransaction.begin(delegate(), start);
        }
        wroteUnbound = false;
        // The statement that runs now.
        runs = 1;
    }

    /** The driver's connection, in our own local transaction if there is one. */
    private Connection working() {
        StartedTransaction own = started;
        return own == null ? delegate() : own;
    }

    private void rollBackBecauseOf(Throwable cause) {
        try {
            working().rollback();
        } catch (SQLException | RuntimeException e) {
            suppress(cause, e);
            BranchContext bound = branch;
            if (bound != null) {
                // The return to autocommit mode would commit what is left. Where aborting does nothing, as with H2, the
                // connection stays bound, and takes no more writes, until it is rolled back or closed.
                bound.doom(cause);
            }
            if (bound != null || started != null) {
                // Where our own local transaction is still open a pool that believes in autocommit mode would hand it
                // on.
                abortBecauseOf(cause);
            }
            if (bound != null) {
                return;
            }
        }
        leave();
        backToAutoCommit();
    }

    /** An exception cannot suppress itself, and a driver may throw the same one twice. */
    private static void suppress(Throwable cause, Throwable e) {
        if (e != cause) {
            cause.addSuppressed(e);
        }
    }

    private void backToAutoCommit() {
        if (started != null) {
            started = null;
            return;
        }
        try {
            delegate().setAutoCommit(true);
        } catch (SQLException | RuntimeException e) {
            log.warn("A connection does not go back to autocommit mode and was closed", e);
            closeForGood();
        }
    }

    /**
     * The statement's own outcome stands. What came next would be lost in a local transaction that nobody commits; on a
     * closed connection it fails.
     */
    private void closeForGood() {
        try {
            delegate().close();
        } catch (SQLException | RuntimeException e) {
            log.warn("A connection out of use does not close", e);
        }
    }

    // ---- binding

    /** Binds the local transaction to the global one, or finds it bound. */
    private BranchContext join(AtResource resource) throws SQLException {
        GlobalScope here = GlobalScope.current();
        BranchContext bound = branch;
        if (bound == null) {
            bound = here == null ? bindToLocks(resource) : bind(here, resource);
        } else if (bound.isOutside()) {
            if (here != null) {
                throw writtenBefore(resource, here);
            }
        } else if (here != null && !here.isSameTransactionAs(bound.scope())) {
            throw refused(
                    "this local transaction belongs to global transaction "
                            + bound.scope().label() + " and this thread works for " + here.label()
                            + ". End the local transaction first",
                    resource,
                    bound.scope());
        }
        Throwable doomedBy = bound.doomedBy();
        if (doomedBy != null) {
            throw doomed(bound, doomedBy, resource);
        }
        if (!bound.isOutside()) {
            requireOpen(bound.scope(), resource);
        }
        return bound;
    }

    /** The local transaction stays outside any global one, and keeps to global locks until it ends. */
    private BranchContext bindToLocks(AtResource resource) throws SQLException {
        GlobalLockScope lock = GlobalLockScope.current();
        if (lock == null) {
            throw new IllegalStateException("No global transaction to join");
        }
        if (wroteUnbound) {
            throw new SQLNonTransientException(
                    "Write refused on " + resource.resourceId()
                            + ": its local transaction has already changed rows before @GlobalLock began, and nobody knows"
                            + " whether they were free. Put @GlobalLock around the whole local transaction.",
                    "25000");
        }
        BranchContext bound = new BranchContext(lock, resource.resourceId());
        branch = bound;
        return bound;
    }

    private BranchContext bind(GlobalScope scope, AtResource resource) throws SQLException {
        if (wroteUnbound) {
            throw writtenBefore(resource, scope);
        }
        requireOpen(scope, resource);
        BranchContext bound = new BranchContext(scope, resource.resourceId());
        if (!scope.enlist(bound)) {
            throw refused("the global transaction is ending", resource, scope);
        }
        branch = bound;
        return bound;
    }

    private static SQLException writtenBefore(AtResource resource, GlobalScope scope) {
        return refused(
                "its local transaction has already changed rows outside the global transaction, which could not be undone"
                        + " with it. Begin the global transaction first, or commit before it",
                resource,
                scope);
    }

    private static SQLException doomed(BranchContext bound, Throwable cause, AtResource resource) {
        return new SQLNonTransientException(
                "Write refused on " + resource.resourceId()
                        + ": an earlier statement of this local transaction failed and could not be undone, so that it"
                        + " can only be rolled back: " + cause.getMessage()
                        + ". Roll back, or close the connection (xid "
                        + bound.label() + ").",
                "25000",
                cause);
    }

    private static void requireOpen(GlobalScope scope, AtResource resource) throws SQLException {
        String reason = scope.isEnded() ? "the global transaction has ended" : scope.rollbackOnlyReason();
        if (reason != null) {
            throw refused("it could only be rolled back: " + reason, resource, scope);
        }
    }

    private static SQLException refused(String why, AtResource resource, GlobalScope scope) {
        return new SQLNonTransientException(
                "Write refused on " + resource.resourceId() + ": " + why + " (xid " + scope.label() + ").", "25000");
    }

    /** The local transaction has ended. */
    private void leave() {
        BranchContext bound = branch;
        branch = null;
        newLocalTransaction();
        savepoints.clear();
        if (bound != null && !bound.isOutside()) {
            bound.scope().delist(bound);
        }
    }

    // ---- the end of the local transaction

    @Override
    public void commit() throws SQLException {
        BranchContext bound = branch;
        if (bound == null) {
            super.commit();
            leave();
            return;
        }
        try {
            resource().localCommit().run(working(), bound, OnConflict.WAIT);
        } finally {
            // A branch that could not be rolled back stays bound, so that nothing of it can be committed later.
            if (!bound.isDoomed()) {
                leave();
            }
        }
    }

    @Override
    public void rollback() throws SQLException {
        super.rollback();
        leave();
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (autoCommit && branch != null) {
            // JDBC commits when the mode changes within a local transaction; so do we, by the protocol.
            commit();
        }
        // Only a change of the mode ends the local transaction.
        boolean ends = runs > 0 && delegate().getAutoCommit() != autoCommit;
        super.setAutoCommit(autoCommit);
        if (ends) {
            newLocalTransaction();
        }
    }

    /** Some drivers, H2's among them, commit when the isolation level is set, even to what it is. */
    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        BranchContext bound = branch;
        if (bound == null) {
            super.setTransactionIsolation(level);
        } else if (level != getTransactionIsolation()) {
            throw new SQLException(
                    "The isolation level stays until this local transaction ends, since it has written for global"
                            + " transaction " + bound.label() + ". Set it before the first write.",
                    "25001");
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            forgetSession();
        } finally {
            endAndClose();
        }
    }

    private void endAndClose() throws SQLException {
        BranchContext bound = branch;
        if (bound == null) {
            super.close();
            return;
        }
        // Drivers differ in what an open local transaction becomes; a pool may keep the session.
        try {
            // An aborted one is closed already.
            if (!bound.isDoomed() || !isClosed()) {
                super.rollback();
            }
        } catch (SQLException | RuntimeException e) {
            abortBecauseOf(e);
            throw e;
        } finally {
            leave();
            super.close();
        }
    }

    /** A pool may lead the session back before it hands it out again. */
    private void forgetSession() throws SQLException {
        AtResource known = dataSource.known();
        if (ledElsewhere && known != null && !isClosed()) {
            known.sessions().forget(delegate());
        }
    }

    /** A pool that took the session back might commit what could not be rolled back. */
    private void abortBecauseOf(Throwable cause) {
        try {
            super.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            suppress(cause, e);
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        BranchContext bound = branch;
        if (bound != null) {
            // Not every driver does anything here (H2's does not), and whoever works on the connection goes on.
            bound.doom(new SQLNonTransientConnectionException("the connection was aborted", "08003"));
        }
        try {
            super.abort(executor);
        } finally {
            if (bound != null && !bound.isOutside()) {
                bound.scope().delist(bound);
            }
        }
    }

    // ---- savepoints

    @Override
    public Savepoint setSavepoint() throws SQLException {
        return marked(super.setSavepoint());
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        return marked(super.setSavepoint(name));
    }

    private Savepoint marked(Savepoint savepoint) {
        runs++;
        savepoints.put(savepoint, new Mark(branch == null ? 0 : branch.mark(), wroteUnbound));
        return savepoint;
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        Mark mark = savepoints.get(savepoint);
        BranchContext bound = branch;
        if (bound != null && mark == null) {
            throw refusedSavepoint(bound);
        }
        super.rollback(savepoint);
        if (mark != null) {
            wroteUnbound = mark.wroteUnbound();
            if (bound != null) {
                bound.forgetAfter(mark.changes());
            }
        }
    }

    private static SQLException refusedSavepoint(BranchContext bound) {
        return new SQLException(
                "The savepoint is none of this local transaction (xid " + bound.label() + ").", "3B001");
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        super.releaseSavepoint(savepoint);
        savepoints.remove(savepoint);
    }

    // ---- what leads around us

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        expose();
        return super.unwrap(type);
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        expose();
        return super.getMetaData();
    }

    // ---- where names lead

    @Override
    public void setSchema(String schema) throws SQLException {
        super.setSchema(schema);
        namesChanged++;
        sessionMayHaveChanged();
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        super.setCatalog(catalog);
        namesChanged++;
        sessionMayHaveChanged();
    }

    // ---- statements

    @Override
    protected Statement wrap(Statement statement) {
        return new AtStatement(this, statement);
    }

    @Override
    protected PreparedStatement wrap(PreparedStatement statement, String sql) {
        return new AtPreparedStatement(this, statement, sql, KeyWish.NONE, false);
    }

    @Override
    protected CallableStatement wrap(CallableStatement statement, String sql) {
        return new AtCallableStatement(this, statement, sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return prepare(sql, KeyWish.NONE, () -> delegate().prepareStatement(sql));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
        return prepare(sql, KeyWish.flag(autoGeneratedKeys), () -> delegate().prepareStatement(sql, autoGeneratedKeys));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
        return prepare(sql, KeyWish.indexes(columnIndexes), () -> delegate().prepareStatement(sql, columnIndexes));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
        return prepare(sql, KeyWish.names(columnNames), () -> delegate().prepareStatement(sql, columnNames));
    }

    /**
     * An INSERT prepared inside is prepared with its keys at once, unless it may state them itself; one prepared earlier does it
     * when it runs.
     */
    private PreparedStatement prepare(String sql, KeyWish wish, Query<PreparedStatement> asWritten)
            throws SQLException {
        if (isInside() && meaning(sql) instanceof RecognizedSql.Insert insert && insert.returning() == null) {
            TableMeta table = tableOf(insert);
            if (!wish.isNone() || !StatedKeys.mayBeIn(insert, table, resource().dialect())) {
                return new AtPreparedStatement(this, wish.prepare(delegate(), sql, table), sql, wish, true);
            }
        }
        return new AtPreparedStatement(this, asWritten.run(), sql, wish, false);
    }
}
