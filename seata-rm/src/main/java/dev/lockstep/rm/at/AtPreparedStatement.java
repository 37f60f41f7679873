package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prepared statement: outside a global transaction it forwards, inside it is captured. Each execution and each row of a
 * batch has its own frame of parameters, dropped when it has run. Not thread-safe, as a JDBC statement is not.
 */
final class AtPreparedStatement extends RecordingPreparedStatement {

    private static final Logger log = LoggerFactory.getLogger(AtPreparedStatement.class);

    private final String sql;
    private final KeyWish keyWish;
    private final CapturedResult captured = new CapturedResult();
    private final Replacement replacement;
    private final int preparedAt;
    /** Frames added inside a global transaction; those added outside wait in the driver's own batch. */
    private final List<BoundParameters> batch = new ArrayList<>(0);

    private boolean driverBatch;
    private int timeoutSeconds;
    /** The statement that returns the keys of an INSERT: the delegate itself when it was prepared inside. */
    private @Nullable PreparedStatement keyed;

    private int keyedTimeoutSeconds;

    AtPreparedStatement(
            AtConnection connection,
            PreparedStatement delegate,
            String sql,
            KeyWish keyWish,
            boolean preparedWithKeys) {
        super(connection, delegate);
        this.sql = sql;
        this.preparedAt = connection.namesChanged();
        this.keyWish = keyWish;
        this.replacement = new Replacement(connection, delegate, captured);
        this.keyed = preparedWithKeys ? delegate : null;
    }

    private RecognizedSql recognize() throws SQLException {
        RecognizedSql recognized = connection.recognize(sql);
        connection.requireNamesAsPrepared(preparedAt, recognized, sql);
        return recognized;
    }

    // ---- single executions

    @Override
    public ResultSet executeQuery() throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            ResultSet rows = super.executeQuery();
            connection.noteRowsGiven(sql);
            return rows;
        }
        RecognizedSql recognized = recognize();
        Inside.requireReadOnlyCursor(this, sql);
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return connection.lockingRead(read, parameters.snapshot(), queries(), super::executeQuery);
        }
        if (recognized instanceof RecognizedSql.Write write) {
            Inside.requireRows(write, sql);
            capture(write);
            return rowsOf(captured);
        }
        return connection.runAsWritten(super::executeQuery);
    }

    @Override
    public int executeUpdate() throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            int affected = super.executeUpdate();
            connection.noteRowsChanged(affected, sql);
            return affected;
        }
        RecognizedSql recognized = recognize();
        if (recognized instanceof RecognizedSql.Write write) {
            Inside.requireCount(write, sql);
            return (int) capture(write);
        }
        return connection.runAsWritten(super::executeUpdate);
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            long affected = super.executeLargeUpdate();
            connection.noteRowsChanged(affected, sql);
            return affected;
        }
        RecognizedSql recognized = recognize();
        if (recognized instanceof RecognizedSql.Write write) {
            Inside.requireCount(write, sql);
            return capture(write);
        }
        return connection.runAsWritten(super::executeLargeUpdate);
    }

    @Override
    public boolean execute() throws SQLException {
        captured.clear();
        if (!connection.runsInside()) {
            boolean hasResultSet = super.execute();
            if (hasResultSet) {
                connection.noteRowsGiven(sql);
            } else {
                connection.noteRowsChanged(delegate().getUpdateCount(), sql);
            }
            return hasResultSet;
        }
        RecognizedSql recognized = recognize();
        if (recognized instanceof RecognizedSql.Write write) {
            capture(write);
            return captured.rows() != null;
        }
        Inside.requireReadOnlyCursor(this, sql);
        if (recognized instanceof RecognizedSql.LockingRead read) {
            return connection.lockingRead(read, parameters.snapshot(), queries(), super::execute);
        }
        return connection.runAsWritten(super::execute);
    }

    private long capture(RecognizedSql.Write recognized) throws SQLException {
        long affected = connection.capture(recognized, new Call(parameters.snapshot(), true), queries());
        captured.set(affected);
        return affected;
    }

    /** One execution with one frame. */
    private final class Call implements WriteCall {
        private final BoundParameters frame;
        private final int mark = captured.mark();
        /** Whether the driver's statement holds the frame already. */
        private boolean bound;

        Call(BoundParameters frame, boolean bound) {
            this.frame = frame;
            this.bound = bound;
        }

        @Override
        public String sql() {
            return sql;
        }

        @Override
        public BoundParameters parameters() {
            return frame;
        }

        @Override
        public List<BoundParameters> frames() {
            return List.of(frame);
        }

        @Override
        public long run() throws SQLException {
            if (!bound) {
                frame.bindAll(delegate());
            }
            // Streams are used up by a run.
            bound = false;
            return delegate().executeUpdate();
        }

        @Override
        public InsertOutcome runReturningKeys(TableMeta table) throws SQLException {
            PreparedStatement statement = keyed(table);
            if (!bound || statement != delegate()) {
                frame.bindAll(statement);
            }
            bound = false;
            int affected = statement.executeUpdate();
            return new InsertOutcome(affected, keysOf(statement));
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
            return replacement.runReturningKeys(text, table, keyWish);
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
            return keyWish.selectList(connection, table);
        }
    }

    private ResultSet rowsOf(CapturedResult result) throws SQLException {
        ResultSet rows = result.rows();
        if (rows == null) {
            throw new SQLException("The statement gave no rows.", "07005");
        }
        return wrap(rows);
    }

    private ResultSet keysOf(PreparedStatement inserted) throws SQLException {
        ResultSet keys = RewindableKeys.of(inserted.getGeneratedKeys());
        captured.keys(keys);
        return keys;
    }

    private PreparedStatement keyed(TableMeta table) throws SQLException {
        PreparedStatement statement = keyed;
        if (statement == null) {
            statement = keyWish.prepare(connection.raw(), sql, table);
            statement.setQueryTimeout(delegate().getQueryTimeout());
            keyed = statement;
        } else if (statement != delegate()) {
            if (keyedTimeoutSeconds != timeoutSeconds) {
                statement.setQueryTimeout(timeoutSeconds);
            }
            connection.isAboutToRun(statement);
        }
        keyedTimeoutSeconds = timeoutSeconds;
        return statement;
    }

    // ---- batches

    @Override
    public void addBatch() throws SQLException {
        if (connection.isInside()) {
            batch.add(parameters.snapshot());
        } else {
            super.addBatch();
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
        List<BoundParameters> frames = List.copyOf(batch);
        batch.clear();
        if (driverBatch) {
            throw Inside.batchBegunOutside();
        }
        RecognizedSql recognized = recognize();
        Inside.requireBatchable(recognized, sql);
        if (frames.isEmpty()) {
            return new int[0];
        }
        try {
            if (frames.size() > 1
                    && recognized instanceof RecognizedSql.Insert insert
                    && connection.knowsKeysOfBatch(insert)) {
                BatchCall call = new BatchCall(frames);
                connection.capture(insert, call, queries());
                return call.counts;
            }
            return oneByOne(recognized, frames);
        } finally {
            restoreParameters();
        }
    }

    /** The driver's statement shall hold what the user bound last, for that is what the next run is captured with. */
    private void restoreParameters() {
        try {
            parameters.restore(delegate());
        } catch (SQLException e) {
            // The batch stands as it ended. Without parameters the next run fails by itself.
            parameters.clear();
            log.debug("A statement does not take its parameters back after a batch", e);
        }
    }

    /** A later row of the batch may mean rows that an earlier one made match, so each has images of its own. */
    private int[] oneByOne(RecognizedSql recognized, List<BoundParameters> frames) throws SQLException {
        return connection.inBranch((resource, joined, onConflict) -> {
            int[] counts = new int[frames.size()];
            for (int i = 0; i < counts.length; i++) {
                try {
                    Call call = new Call(frames.get(i), false);
                    counts[i] = recognized instanceof RecognizedSql.Write write
                            ? (int) connection.captureIn(resource, joined, write, call, queries())
                            : (int) call.run();
                } catch (SQLException e) {
                    connection.noteFailure(e);
                    throw Inside.batchStopped(counts, i, onConflict, e);
                }
            }
            return counts;
        });
    }

    /** INSERTs do not depend on each other: they run as one batch, all or none. */
    private final class BatchCall implements WriteCall {
        private final List<BoundParameters> frames;
        private int[] counts = new int[0];

        BatchCall(List<BoundParameters> frames) {
            this.frames = frames;
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
            return frames;
        }

        @Override
        public long run() throws SQLException {
            return run(delegate());
        }

        private long run(PreparedStatement statement) throws SQLException {
            statement.clearBatch();
            for (BoundParameters frame : frames) {
                frame.bindAll(statement);
                statement.addBatch();
            }
            try {
                counts = statement.executeBatch();
            } catch (BatchUpdateException e) {
                // The caller undoes all of them, so no count holds.
                throw new BatchUpdateException(e.getMessage(), e.getSQLState(), e.getErrorCode(), new int[0], e);
            }
            boolean unknown = Arrays.stream(counts).anyMatch(count -> count < 0);
            return unknown
                    ? Statement.SUCCESS_NO_INFO
                    : Arrays.stream(counts).asLongStream().sum();
        }

        @Override
        public InsertOutcome runReturningKeys(TableMeta table) throws SQLException {
            PreparedStatement statement = keyed(table);
            long affected = run(statement);
            return new InsertOutcome(affected, keysOf(statement));
        }

        @Override
        public void startOver() {
            captured.forgetAfter(0);
        }

        @Override
        public long run(Instead text) {
            throw asOneBatch();
        }

        @Override
        public InsertOutcome runReturningKeys(Instead text, TableMeta table) {
            throw asOneBatch();
        }

        @Override
        public ResultSet runForRows(Instead text, int hidden) {
            throw asOneBatch();
        }

        @Override
        public ResultSet runForKeys(Instead text, int hidden) {
            throw asOneBatch();
        }

        @Override
        public String wishedKeys(TableMeta table) throws SQLException {
            return keyWish.selectList(connection, table);
        }

        private static IllegalStateException asOneBatch() {
            return new IllegalStateException("Only INSERTs as they are written run as one batch");
        }
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return Inside.widened(executeBatch());
    }

    private int[] forwardBatch() throws SQLException {
        if (!batch.isEmpty()) {
            for (BoundParameters frame : batch) {
                frame.bindAll(delegate());
                super.addBatch();
            }
            batch.clear();
            restoreParameters();
        }
        driverBatch = false;
        try {
            int[] counts = super.executeBatch();
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
    public ResultSet getGeneratedKeys() throws SQLException {
        ResultSet keys = keyWish.isNone() ? null : captured.generatedKeys();
        return keys == null ? super.getGeneratedKeys() : wrap(keys);
    }

    @Override
    public void close() throws SQLException {
        captured.clear();
        PreparedStatement statement = keyed;
        try {
            if (statement != null && statement != delegate()) {
                statement.close();
            }
        } finally {
            super.close();
        }
    }

    // ---- texts have no place on a prepared statement

    private SQLException noText() {
        return new SQLFeatureNotSupportedException(
                "A prepared statement runs its own text only; use Connection.createStatement for another.", "0A000");
    }

    private void requireOutside() throws SQLException {
        if (connection.runsInside()) {
            throw noText();
        }
    }

    @Override
    public ResultSet executeQuery(String text) throws SQLException {
        requireOutside();
        return super.executeQuery(text);
    }

    @Override
    public int executeUpdate(String text) throws SQLException {
        requireOutside();
        return super.executeUpdate(text);
    }

    @Override
    public int executeUpdate(String text, int autoGeneratedKeys) throws SQLException {
        requireOutside();
        return super.executeUpdate(text, autoGeneratedKeys);
    }

    @Override
    public int executeUpdate(String text, int[] columnIndexes) throws SQLException {
        requireOutside();
        return super.executeUpdate(text, columnIndexes);
    }

    @Override
    public int executeUpdate(String text, String[] columnNames) throws SQLException {
        requireOutside();
        return super.executeUpdate(text, columnNames);
    }

    @Override
    public long executeLargeUpdate(String text) throws SQLException {
        requireOutside();
        return super.executeLargeUpdate(text);
    }

    @Override
    public long executeLargeUpdate(String text, int autoGeneratedKeys) throws SQLException {
        requireOutside();
        return super.executeLargeUpdate(text, autoGeneratedKeys);
    }

    @Override
    public long executeLargeUpdate(String text, int[] columnIndexes) throws SQLException {
        requireOutside();
        return super.executeLargeUpdate(text, columnIndexes);
    }

    @Override
    public long executeLargeUpdate(String text, String[] columnNames) throws SQLException {
        requireOutside();
        return super.executeLargeUpdate(text, columnNames);
    }

    @Override
    public boolean execute(String text) throws SQLException {
        requireOutside();
        return super.execute(text);
    }

    @Override
    public boolean execute(String text, int autoGeneratedKeys) throws SQLException {
        requireOutside();
        return super.execute(text, autoGeneratedKeys);
    }

    @Override
    public boolean execute(String text, int[] columnIndexes) throws SQLException {
        requireOutside();
        return super.execute(text, columnIndexes);
    }

    @Override
    public boolean execute(String text, String[] columnNames) throws SQLException {
        requireOutside();
        return super.execute(text, columnNames);
    }

    @Override
    public void addBatch(String text) throws SQLException {
        requireOutside();
        super.addBatch(text);
    }

    // ---- what leads around us

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        connection.expose();
        return super.unwrap(type);
    }
}
