package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phaseone.GlobalLockCheck;
import dev.lockstep.rm.jdbc.DelegatingConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The database's own connection as it is used for one execution of a user's statement: what is prepared here for images and
 * locks keeps to the statement's time limit and is cancelled with it. Not thread-safe, but for {@link #cancel}.
 */
final class QueriesAround extends DelegatingConnection {

    private final Statement user;
    private final int timeoutSeconds;
    private volatile @Nullable Statement last;

    /** @param timeoutSeconds 0 for none */
    QueriesAround(Connection connection, Statement user, int timeoutSeconds) {
        super(connection);
        this.user = user;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** The same on another view of the database's connection. */
    QueriesAround on(Connection connection) {
        return connection == delegate() ? this : new QueriesAround(connection, user, timeoutSeconds);
    }

    boolean areOf(Statement statement) {
        return user == statement;
    }

    /** Cancels what is under way, as far as the driver can; called from any thread. */
    void cancel() throws SQLException {
        Statement running = last;
        if (running != null && !running.isClosed()) {
            running.cancel();
        }
    }

    /** The user's statement as a locking read, run by this query. */
    <R> GlobalLockCheck.Read<R> reading(AsWritten<R> query) {
        return new GlobalLockCheck.Read<>() {
            @Override
            public R run() throws SQLException {
                return query.run();
            }

            @Override
            public void discardBecauseOf(Exception failure) {
                try {
                    user.getMoreResults();
                } catch (SQLException e) {
                    failure.addSuppressed(e);
                }
            }

            @Override
            public boolean streams() throws SQLException {
                // With MySQL's driver. Others that stream read the rest ahead when something else runs.
                return user.getFetchSize() == Integer.MIN_VALUE;
            }
        };
    }

    /**
     * The user's query with all its rows read at once, whatever the fetch size: what rows are fetched from bit by bit ends with the
     * local transaction, which is over before the user sees the first.
     */
    <R> AsWritten<R> readWhole(AsWritten<R> query) {
        return () -> {
            int fetchSize = user.getFetchSize();
            if (fetchSize == 0) {
                return query.run();
            }
            user.setFetchSize(0);
            try {
                return query.run();
            } finally {
                user.setFetchSize(fetchSize);
            }
        };
    }

    /** Takes in a statement that is about to run. */
    <S extends Statement> S limited(S statement) throws SQLException {
        if (timeoutSeconds > 0) {
            statement.setQueryTimeout(timeoutSeconds);
        }
        last = statement;
        return statement;
    }

    @Override
    protected Statement wrap(Statement statement) throws SQLException {
        return limited(statement);
    }

    @Override
    protected PreparedStatement wrap(PreparedStatement statement, String sql) throws SQLException {
        return limited(statement);
    }

    @Override
    protected CallableStatement wrap(CallableStatement statement, String sql) throws SQLException {
        return limited(statement);
    }
}
