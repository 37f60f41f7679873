package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.jdbc.DelegatingResultSet;
import dev.lockstep.rm.jdbc.DelegatingStatement;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plain statement: outside a global transaction it forwards, inside every text is recognised before it runs. Not
 * thread-safe, as a JDBC statement is not.
 */
final class AtStatement extends DelegatingStatement {

    private final AtConnection connection;
    private final CapturedResult captured = new CapturedResult();
    private final Replacement replacement;
    /** Texts added inside a global transaction; those added outside wait in the driver's own batch. */
    private final List<String> batch = new ArrayList<>(0);

    private boolean driverBatch;
    private int timeoutSeconds;

    AtStatement(AtConnection connection, Statement delegate) {
        super(connection, delegate);
        this.connection = connection;
        this.replacement = new Replacement(connection, delegate, captured);
    }

    @Override
    protected ResultSet wrap(ResultSet resultSet) {
        return new AtResultSet(connection, this, resultSet);
    }

    // ---- queries

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            ResultSet rows = super.executeQuery(sql);
            connection.noteRowsGiven(sql);
            return rows;
        }
        RecognizedSql recognized = connection.recognize(sql);
        Inside.requireReadOnlyCursor(this, sql);
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return connection.lockingRead(read, BoundParameters.NONE, queries(), () -> super.executeQuery(sql));
        }
        if (recognized instanceof RecognizedSql.Write write) {
            Inside.requireRows(write, sql);
            capture(write, sql, KeyWish.NONE);
            return rowsOf(captured);
        }
        return connection.runAsWritten(() -> super.executeQuery(sql));
    }

    // ---- updates

    /** The driver's own method. */
    private interface AsWritten<R> {
        R run() throws SQLException;
    }

    private long update(String sql, KeyWish wish, AsWritten<? extends Number> asWritten) throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            long affected = asWritten.run().longValue();
            connection.noteRowsChanged(affected, sql);
            return affected;
        }
        RecognizedSql recognized = connection.recognize(sql);
        if (recognized instanceof RecognizedSql.Write write) {
            Inside.requireCount(write, sql);
            return capture(write, sql, wish);
        }
        return connection.runAsWritten(asWritten::run).longValue();
    }

    private boolean execute(String sql, KeyWish wish, AsWritten<Boolean> asWritten) throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            boolean hasResultSet = asWritten.run();
            if (hasResultSet) {
                connection.noteRowsGiven(sql);
            } else {
                connection.noteRowsChanged(delegate().getUpdateCount(), sql);
            }
            return hasResultSet;
        }
        RecognizedSql recognized = connection.recognize(sql);
        if (recognized instanceof RecognizedSql.Write write) {
            capture(write, sql, wish);
            return captured.rows() != null;
        }
        Inside.requireReadOnlyCursor(this, sql);
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return connection.lockingRead(read, BoundParameters.NONE, queries(), asWritten::run);
        }
        return connection.runAsWritten(asWritten::run);
    }

    private long capture(RecognizedSql.Write recognized, String sql, KeyWish wish) throws SQLException {
        long affected = connection.capture(recognized, new Call(sql, wish), queries());
        captured.set(affected);
        return affected;
    }

    /** One text, run by the driver's own statement. */
    private final class Call implements WriteCall {
        private final String sql;
        private final KeyWish wish;
        private final int mark = captured.mark();

        Call(String sql, KeyWish wish) {
            this.sql = sql;
            this.wish = wish;
        }

        @Override
        public String sql() {
            return sql;
        }

        @Override
        public BoundParameters parameters() {
            return BoundParameters.NONE;
        }

        @Override
        public List<BoundParameters> frames() {
            return List.of(BoundParameters.NONE);
        }

        @Override
        public long run() throws SQLException {
            return delegate().executeUpdate(sql);
        }

        @Override
        public InsertOutcome runReturningKeys(TableMeta table) throws SQLException {
            int affected = wish.run(delegate(), sql, table);
            ResultSet keys = RewindableKeys.of(delegate().getGeneratedKeys());
            if (!wish.isNone()) {
                captured.keys(keys);
            }
            return new InsertOutcome(affected, keys);
        }

        @Override
        public void startOver() {
            captured.forgetAfter(mark);
        }

        @Override
        public long run(Instead text) throws SQLException {
            return replacement.run(text);
        }

        @Override
        public InsertOutcome runReturningKeys(Instead text, TableMeta table) throws SQLException {
            return replacement.runReturningKeys(text, table, wish);
        }

        @Override
        public ResultSet runForRows(Instead text, int hidden) throws SQLException {
            return replacement.runForRows(text, hidden);
        }

        @Override
        public ResultSet runForKeys(Instead text, int hidden) throws SQLException {
            return replacement.runForKeys(text, hidden);
        }

        @Override
        public String wishedKeys(TableMeta table) throws SQLException {
            return wish.selectList(connection, table);
        }
    }

    private ResultSet rowsOf(CapturedResult result) throws SQLException {
        ResultSet rows = result.rows();
        if (rows == null) {
            throw new SQLException("The statement gave no rows.", "07005");
        }
        return wrap(rows);
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        ResultSet keys = captured.generatedKeys();
        return keys == null ? super.getGeneratedKeys() : new DelegatingResultSet(this, keys);
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return (int) update(sql, KeyWish.NONE, () -> super.executeUpdate(sql));
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return (int) update(sql, KeyWish.flag(autoGeneratedKeys), () -> super.executeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return (int) update(sql, KeyWish.indexes(columnIndexes), () -> super.executeUpdate(sql, columnIndexes));
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        return (int) update(sql, KeyWish.names(columnNames), () -> super.executeUpdate(sql, columnNames));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        return update(sql, KeyWish.NONE, () -> super.executeLargeUpdate(sql));
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return update(sql, KeyWish.flag(autoGeneratedKeys), () -> super.executeLargeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return update(sql, KeyWish.indexes(columnIndexes), () -> super.executeLargeUpdate(sql, columnIndexes));
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        return update(sql, KeyWish.names(columnNames), () -> super.executeLargeUpdate(sql, columnNames));
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return execute(sql, KeyWish.NONE, () -> super.execute(sql));
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        return execute(sql, KeyWish.flag(autoGeneratedKeys), () -> super.execute(sql, autoGeneratedKeys));
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        return execute(sql, KeyWish.indexes(columnIndexes), () -> super.execute(sql, columnIndexes));
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        return execute(sql, KeyWish.names(columnNames), () -> super.execute(sql, columnNames));
    }

    // ---- batches

    @Override
    public void addBatch(String sql) throws SQLException {
        if (connection.isInside()) {
            batch.add(sql);
        } else {
            super.addBatch(sql);
            driverBatch = true;
        }
    }

    @Override
    public void clearBatch() throws SQLException {
        batch.clear();
        driverBatch = false;
        super.clearBatch();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            return forwardBatch();
        }
        List<String> texts = List.copyOf(batch);
        batch.clear();
        if (driverBatch) {
            throw Inside.batchBegunOutside();
        }
        List<RecognizedSql> recognized = new ArrayList<>(texts.size());
        for (String text : texts) {
            RecognizedSql one = connection.recognize(text);
            Inside.requireBatchable(one, text);
            recognized.add(one);
        }
        int[] counts = connection.inBranch((resource, joined, onConflict) -> {
            int[] done = new int[texts.size()];
            for (int i = 0; i < done.length; i++) {
                try {
                    done[i] = recognized.get(i) instanceof RecognizedSql.Write write
                            ? (int) connection.captureIn(
                                    resource, joined, write, new Call(texts.get(i), KeyWish.NONE), queries())
                            : delegate().executeUpdate(texts.get(i));
                } catch (SQLException e) {
                    connection.noteFailure(e);
                    throw Inside.batchStopped(done, i, onConflict, e);
                }
            }
            return done;
        });
        captured.clear();
        return counts;
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return Inside.widened(executeBatch());
    }

    private int[] forwardBatch() throws SQLException {
        for (String text : batch) {
            super.addBatch(text);
        }
        batch.clear();
        driverBatch = false;
        try {
            int[] counts = super.executeBatch();
            connection.noteTextsRun();
            connection.noteRowsChanged(counts.length);
            return counts;
        } catch (BatchUpdateException e) {
            connection.noteRowsChanged(e.getUpdateCounts().length);
            throw e;
        }
    }

    // ---- limits

    private QueriesAround queries() {
        return connection.queriesAround(this, timeoutSeconds);
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        super.setQueryTimeout(seconds);
        timeoutSeconds = seconds;
    }

    @Override
    public void cancel() throws SQLException {
        connection.cancelQueriesOf(this);
        super.cancel();
    }

    // ---- what the last execution gave

    @Override
    public int getUpdateCount() throws SQLException {
        return captured.isPresent() ? (int) captured.updateCount() : super.getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        return captured.isPresent() ? captured.updateCount() : super.getLargeUpdateCount();
    }

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        if (!captured.isPresent()) {
            return super.getResultSet();
        }
        ResultSet rows = captured.rows();
        return rows == null ? null : wrap(rows);
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        if (captured.isPresent()) {
            captured.moveOn();
            return false;
        }
        return super.getMoreResults();
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        if (captured.isPresent()) {
            captured.moveOn();
            return false;
        }
        return super.getMoreResults(current);
    }

    @Override
    public void close() throws SQLException {
        captured.clear();
        super.close();
    }

    // ---- what leads around us

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        connection.expose();
        return super.unwrap(type);
    }
}
