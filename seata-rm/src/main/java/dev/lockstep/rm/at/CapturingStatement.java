package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement of the user whose executions may be captured: answers what the last one gave, from the driver's own statement or in
 * its place. Not thread-safe, as a JDBC statement is not.
 */
abstract class CapturingStatement extends DelegatingStatement {

    final AtConnection connection;
    final CapturedResult captured = new CapturedResult();
    final Execution execution;

    CapturingStatement(AtConnection connection, Statement delegate) {
        super(connection, delegate);
        this.connection = connection;
        this.execution = new Execution(connection, this, delegate, captured);
    }

    @Override
    protected final ResultSet wrap(ResultSet resultSet) {
        return new AtResultSet(connection, this, resultSet);
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return InsideRules.widened(executeBatch());
    }

    // ---- limits

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        super.setQueryTimeout(seconds);
        execution.limit(seconds);
    }

    @Override
    public void cancel() throws SQLException {
        connection.inside().cancelQueriesOf(this);
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
        connection.transaction().expose();
        return super.unwrap(type);
    }
}
