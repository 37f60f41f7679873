package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.NullUnmarked;

/**
 * A connection in autocommit mode while a local transaction of ours is open on it that was begun by a statement: that is one
 * round trip, where a change of the mode and back again are two. Ended by statements too, since drivers refuse {@code commit()}
 * in autocommit mode. Not thread-safe, as a JDBC connection is not.
 */
@NullUnmarked
final class StartedTransaction extends DelegatingConnection {

    private final String start;
    /** False once it has ended for certain. */
    private boolean open;

    private StartedTransaction(Connection connection, String start) {
        super(connection);
        this.start = start;
    }

    /** Begins; {@code text} is {@link dev.lockstep.rm.at.dialect.SessionFacts#transactionStart}. */
    static StartedTransaction begin(Connection connection, String text) throws SQLException {
        StartedTransaction started = new StartedTransaction(connection, text);
        started.begin();
        return started;
    }

    private void begin() throws SQLException {
        run(start);
        open = true;
    }

    @Override
    public void commit() throws SQLException {
        run("COMMIT");
        open = false;
    }

    @Override
    public void rollback() throws SQLException {
        if (open) {
            run("ROLLBACK");
            open = false;
        }
    }

    @Override
    public boolean getAutoCommit() {
        return false;
    }

    /** Begins again after a rollback. */
    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (autoCommit) {
            throw new SQLException("Our own local transaction is ended by commit or rollback.", "25000");
        }
        if (!open) {
            begin();
        }
    }

    private void run(String text) throws SQLException {
        try (Statement statement = delegate().createStatement()) {
            statement.execute(text);
        }
    }

    // ---- statements are the driver's own

    @Override
    protected Statement wrap(Statement statement) {
        return statement;
    }

    @Override
    protected PreparedStatement wrap(PreparedStatement statement, String sql) {
        return statement;
    }

    @Override
    protected CallableStatement wrap(CallableStatement statement, String sql) {
        return statement;
    }
}
