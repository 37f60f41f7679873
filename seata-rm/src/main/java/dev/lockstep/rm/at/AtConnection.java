package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.StatedKeys;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.rm.at.phaseone.LocalCommit.OnConflict;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.jdbc.DelegatingConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the user's pool that joins the global transaction of whoever writes through it: outside a global transaction
 * it forwards, after one look at a thread-local. Here stand JDBC's own calls: those that end the local transaction, and those that
 * give out statements, which do the rest through {@link RunsInside} and {@link RanOutside}.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class AtConnection extends DelegatingConnection {

    private static final Logger log = LoggerFactory.getLogger(AtConnection.class);

    private final CommitByMode mode;
    private final LocalTransaction transaction;
    private final AtSession session;
    private final BranchWork work;
    private final RunsInside inside;
    private final RanOutside outside;

    AtConnection(Connection delegate, AtDataSource dataSource) {
        super(delegate);
        this.mode = new CommitByMode(delegate);
        this.transaction = new LocalTransaction(mode, delegate);
        this.session = new AtSession(delegate, dataSource);
        this.work = new BranchWork(delegate, session, transaction);
        this.inside = new RunsInside(delegate, session, transaction, work);
        this.outside = new RanOutside(transaction, session);
    }

    /** Whether a connection leads to one of ours, as a pool's own does. What cannot say is taken for one that does not. */
    static boolean isBehind(Connection connection) {
        try {
            return connection.isWrapperFor(AtConnection.class);
        } catch (SQLException | RuntimeException cannotSay) {
            log.debug("[rm] {} does not say what it wraps", connection, cannotSay);
            return false;
        }
    }

    /** What is open on it now. */
    LocalTransaction transaction() {
        return transaction;
    }

    /** What texts and names mean on it. */
    AtSession session() {
        return session;
    }

    /** Runs statements inside a global transaction. */
    RunsInside inside() {
        return inside;
    }

    /** Is told of statements that run outside of one. */
    RanOutside outside() {
        return outside;
    }

    // ---- the end of the local transaction

    @Override
    public void commit() throws SQLException {
        transaction.requireNotCommitting();
        BranchContext bound = transaction.branch();
        if (bound == null) {
            if (!mode.isAhead()) {
                super.commit();
            }
            endTransaction();
            return;
        }
        try {
            session.resource().localCommit().run(committing(), bound, OnConflict.WAIT);
        } finally {
            // A branch that could not be rolled back stays bound, so that nothing of it can be committed later.
            if (!bound.isDoomed()) {
                endTransaction();
            }
        }
    }

    private Connection committing() throws SQLException {
        boolean sparesRoundTrip = session.resource().dialect().session().committedByMode();
        return sparesRoundTrip && mode.isPossible() && !transaction.isExposed() ? mode : work.connection();
    }

    @Override
    public void rollback() throws SQLException {
        transaction.requireNotCommitting();
        if (!mode.isAhead()) {
            super.rollback();
        }
        endTransaction();
    }

    private void endTransaction() {
        transaction.end();
        session.settingsMayBeTakenBack();
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return !mode.isAhead() && super.getAutoCommit();
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        transaction.requireNotCommitting();
        if (!autoCommit) {
            if (mode.isAhead()) {
                return;
            }
            mode.leaves();
        }
        if (autoCommit && transaction.branch() != null) {
            // JDBC commits when the mode changes within a local transaction; so do we, by the protocol.
            commit();
        }
        // Only a change of the mode ends the local transaction.
        boolean ends = transaction.hasRun() && delegate().getAutoCommit() != autoCommit;
        if (!(autoCommit && mode.isAhead())) {
            super.setAutoCommit(autoCommit);
        }
        if (autoCommit) {
            mode.isBack();
        }
        if (ends) {
            transaction.begin();
            session.settingsMayBeTakenBack();
        }
    }

    /** Some drivers, H2's among them, commit when the isolation level is set, even to what it is. */
    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        BranchContext bound = transaction.branch();
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
            session.end();
        } finally {
            endAndClose();
        }
    }

    private void endAndClose() throws SQLException {
        BranchContext bound = transaction.branch();
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
            work.abortBecauseOf(e);
            throw e;
        } finally {
            transaction.end();
            super.close();
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        BranchContext bound = transaction.branch();
        if (bound != null) {
            // Not every driver does anything here (H2's does not), and whoever works on the connection goes on.
            bound.doom(new SQLNonTransientConnectionException("the connection was aborted", "08003"));
        }
        try {
            super.abort(executor);
        } finally {
            if (bound != null) {
                bound.leave();
            }
        }
    }

    // ---- savepoints

    @Override
    public Savepoint setSavepoint() throws SQLException {
        mode.goOn();
        return transaction.marked(super.setSavepoint(), null);
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        mode.goOn();
        return transaction.marked(super.setSavepoint(name), name);
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        transaction.requireNotCommitting();
        transaction.requireKnown(savepoint);
        super.rollback(savepoint);
        transaction.rolledBackTo(savepoint);
        session.settingsMayBeTakenBack();
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        transaction.requireKnown(savepoint);
        super.releaseSavepoint(savepoint);
        transaction.released(savepoint);
    }

    // ---- what leads around us

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        transaction.expose();
        return super.unwrap(type);
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        transaction.expose();
        return super.getMetaData();
    }

    // ---- where names lead

    @Override
    public void setSchema(String schema) throws SQLException {
        super.setSchema(schema);
        session.namesMayHaveChanged();
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        super.setCatalog(catalog);
        session.namesMayHaveChanged();
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
    private PreparedStatement prepare(String sql, KeyWish wish, AsWritten<PreparedStatement> asWritten)
            throws SQLException {
        if (transaction.isInside()
                && session.meaning(sql) instanceof RecognizedSql.Insert insert
                && insert.returning() == null) {
            TableMeta table = session.tableOf(insert);
            if (!wish.isNone()
                    || !StatedKeys.mayBeIn(insert, table, session.resource().dialect())) {
                return new AtPreparedStatement(this, wish.prepare(delegate(), sql, table), sql, wish, true);
            }
        }
        return new AtPreparedStatement(this, asWritten.run(), sql, wish, false);
    }
}
