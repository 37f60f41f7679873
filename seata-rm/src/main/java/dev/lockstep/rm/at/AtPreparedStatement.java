package dev.lockstep.rm.at;

import dev.lockstep.rm.at.dialect.ChangedRows.KeySource;
import dev.lockstep.rm.at.image.Substitute;
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
import java.util.Arrays;
import java.util.Collections;
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
    private final int preparedAt;
    private final UserText boundNow = new BoundNow();
    private final PendingBatch<BoundParameters> batch = new PendingBatch<>();

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
        this.keyWish = keyWish;
        this.preparedAt = connection.session().namesChanged();
        this.keyed = preparedWithKeys ? delegate : null;
    }

    private RecognizedSql recognize() throws SQLException {
        RecognizedSql recognized = connection.session().recognize(sql);
        connection.session().requireNamesAsPrepared(preparedAt, recognized, sql);
        return recognized;
    }

    private Substitute substitute() {
        return new Replacement(connection.inside(), delegate(), captured, keyWish);
    }

    /** The statement with what is bound to it now, which the driver's own holds too. */
    private final class BoundNow implements UserText {

        @Override
        public String sql() {
            return sql;
        }

        @Override
        public RecognizedSql recognize() throws SQLException {
            return AtPreparedStatement.this.recognize();
        }

        @Override
        public WriteCall call() {
            return new Call(parameters.snapshot(), true);
        }
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
        public Substitute substitute() {
            return AtPreparedStatement.this.substitute();
        }

        @Override
        public String wishedKeys(TableMeta table) throws SQLException {
            return keyWish.selectList(connection.session(), table);
        }
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
        public Substitute substitute() {
            throw new IllegalStateException("Only INSERTs as they are written run as one batch");
        }

        @Override
        public String wishedKeys(TableMeta table) throws SQLException {
            return keyWish.selectList(connection.session(), table);
        }
    }

    private ResultSet keysOf(PreparedStatement inserted) throws SQLException {
        ResultSet keys = RewindableKeys.of(inserted.getGeneratedKeys());
        captured.keys(keys);
        return keys;
    }

    private PreparedStatement keyed(TableMeta table) throws SQLException {
        int timeoutSeconds = execution.timeoutSeconds();
        PreparedStatement statement = keyed;
        if (statement == null) {
            statement = keyWish.prepare(connection.inside().raw(), sql, table);
            statement.setQueryTimeout(delegate().getQueryTimeout());
            keyed = statement;
        } else if (statement != delegate()) {
            if (keyedTimeoutSeconds != timeoutSeconds) {
                statement.setQueryTimeout(timeoutSeconds);
            }
            connection.inside().isAboutToRun(statement);
        }
        keyedTimeoutSeconds = timeoutSeconds;
        return statement;
    }

    // ---- single executions

    @Override
    public ResultSet executeQuery() throws SQLException {
        return execution.rows(boundNow, () -> wrap(delegate().executeQuery()));
    }

    @Override
    public int executeUpdate() throws SQLException {
        return (int) execution.count(boundNow, () -> delegate().executeUpdate());
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return execution.count(boundNow, () -> delegate().executeLargeUpdate());
    }

    @Override
    public boolean execute() throws SQLException {
        return execution.either(boundNow, () -> delegate().execute());
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

    // ---- batches

    @Override
    public void addBatch() throws SQLException {
        if (connection.transaction().isInside()) {
            batch.add(parameters.snapshot());
        } else {
            delegate().addBatch();
            batch.addedToDriver();
        }
    }

    @Override
    public void clearBatch() throws SQLException {
        batch.clear();
        super.clearBatch();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        captured.clear();
        if (!connection.transaction().runsInside()) {
            return forwardBatch();
        }
        List<BoundParameters> frames = batch.takeInside();
        RecognizedSql recognized = recognize();
        InsideRules.requireBatchable(recognized, sql);
        if (frames.isEmpty()) {
            return new int[0];
        }
        try {
            if (frames.size() > 1 && recognized instanceof RecognizedSql.Insert insert && keysAreKnown(insert)) {
                BatchCall call = new BatchCall(frames);
                connection.inside().capture(insert, call, execution.queries());
                return call.counts;
            }
            return execution.oneByOne(
                    Collections.nCopies(frames.size(), recognized), i -> new Call(frames.get(i), false));
        } finally {
            restoreParameters();
        }
    }

    /** Whether the keys that come back from a batch of this INSERT are those of the rows that were added. */
    private boolean keysAreKnown(RecognizedSql.Insert insert) throws SQLException {
        return connection.session().resource().dialect().changedRows().keySource() == KeySource.RETURNED
                || !insert.skipsConflicts() && !insert.fromQuery();
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

    private int[] forwardBatch() throws SQLException {
        List<BoundParameters> frames = batch.takeOutside();
        for (BoundParameters frame : frames) {
            frame.bindAll(delegate());
            delegate().addBatch();
        }
        if (!frames.isEmpty()) {
            restoreParameters();
        }
        return execution.asOneBatch(super::executeBatch);
    }

    // ---- texts have no place on a prepared statement

    private SQLException noText() {
        return new SQLFeatureNotSupportedException(
                "A prepared statement runs its own text only; use Connection.createStatement for another.", "0A000");
    }

    private void requireOutside() throws SQLException {
        if (connection.transaction().runsInside()) {
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
}
