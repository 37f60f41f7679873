package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.NullUnmarked;

/**
 * The driver's connection in a local transaction of the user's, which it commits by going back to autocommit mode, as JDBC has it.
 * That is where most users go next, so that where each change of the mode is a round trip they are spared one. Until they do the
 * connection is <em>ahead</em> of them: whoever goes on instead is taken into a local transaction again before anything runs, and
 * commits in the usual way from then on. Not thread-safe, as a JDBC connection is not.
 */
@NullUnmarked
final class CommitByMode extends DelegatingConnection {

    /** Whether it was the user who left autocommit mode: only then does whoever has the connection next expect it. */
    private boolean leftByUser;

    private boolean ahead;
    private boolean usersGoOn;

    CommitByMode(Connection connection) {
        super(connection);
    }

    /** Whether the next commit may be one of these. */
    boolean isPossible() {
        return leftByUser && !usersGoOn;
    }

    /** Whether the driver is in autocommit mode, and the user, who has run nothing since the commit, does not know it. */
    boolean isAhead() {
        return ahead;
    }

    /** Tells that the user is about to leave autocommit mode. */
    void leaves() throws SQLException {
        leftByUser = leftByUser || delegate().getAutoCommit();
    }

    /** Tells that the user is in autocommit mode. */
    void isBack() {
        leftByUser = false;
        ahead = false;
    }

    /** Takes the user into a local transaction, because something is about to run. */
    void goOn() throws SQLException {
        if (ahead) {
            delegate().setAutoCommit(false);
            ahead = false;
            usersGoOn = true;
        }
    }

    @Override
    public void commit() throws SQLException {
        try {
            delegate().setAutoCommit(true);
            ahead = true;
        } catch (SQLException | RuntimeException e) {
            usersGoOn = true;
            stay(e);
            throw e;
        }
    }

    /**
     * Leaves driver and database of one mind after a change that failed: a driver that has noted the new mode before the database
     * agreed would refuse to roll back from then on, while the database may still be in the local transaction.
     */
    private void stay(Exception failure) {
        try {
            delegate().setAutoCommit(false);
        } catch (SQLException | RuntimeException e) {
            suppress(failure, e);
            try {
                delegate().abort(Runnable::run);
            } catch (SQLException | RuntimeException unable) {
                suppress(failure, unable);
            }
        }
    }

    /** An exception cannot suppress itself, and a driver may throw the same one twice. */
    private static void suppress(Exception failure, Exception e) {
        if (e != failure) {
            failure.addSuppressed(e);
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
