package dev.lockstep.rm.at;

import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.rm.at.phaseone.LocalCommit.OnConflict;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Runs the user's statements inside a global transaction or under global locks: captured, read with a look at their locks, or as
 * written. Knows what is under way for one of them besides the driver's own, so that it keeps to the statement's time limit and is
 * cancelled with it.
 *
 * <p>Not thread-safe, as a JDBC connection is not, but for {@link #cancelQueriesOf}.
 */
final class RunsInside {

    private final Connection connection;
    private final AtSession session;
    private final LocalTransaction transaction;
    private final BranchWork work;

    /** Set while a statement of the user is captured, or read with a look at its locks. */
    private volatile @Nullable QueriesAround around;

    /** @param connection the driver's own */
    RunsInside(Connection connection, AtSession session, LocalTransaction transaction, BranchWork work) {
        this.connection = connection;
        this.session = session;
        this.transaction = transaction;
        this.work = work;
    }

    /** Captures one write; gives the number of rows affected. */
    long capture(RecognizedSql.Write statement, WriteCall call, QueriesAround queries) throws SQLException {
        return work.run((resource, joined, onConflict) -> capture(resource, joined, statement, call, queries));
    }

    /** Captures one write as a part of {@link BranchWork.Work}. */
    long capture(
            AtResource resource,
            BranchContext joined,
            RecognizedSql.Write statement,
            WriteCall call,
            QueriesAround queries)
            throws SQLException {
        // The first thing in a local transaction is undone by the end of that: no savepoint is needed.
        boolean first = transaction.runsFirst();
        QueriesAround here = queries.on(work.connection());
        around = here;
        try {
            return resource.statementRunner().run(here, session.namespace(), statement, call, joined, first);
        } catch (SQLException e) {
            failed(e);
            throw e;
        } finally {
            around = null;
        }
    }

    /** Several writes as one piece of work. */
    <R> R inBranch(BranchWork.Work<R> all) throws SQLException {
        return work.run(all);
    }

    /** Runs a read that was found to lock rows, when no other global transaction holds them. */
    <R> R lockingRead(
            RecognizedSql.LockingRead read, BoundParameters parameters, QueriesAround queries, AsWritten<R> query)
            throws SQLException {
        return work.run((resource, joined, onConflict) -> {
            QueriesAround here = queries.on(work.connection());
            around = here;
            AsWritten<R> reading = onConflict == OnConflict.GIVE_UP ? here.readWhole(query) : query;
            try {
                return resource.lockCheck()
                        .run(here, session.namespace(), read, parameters, joined, onConflict, here.reading(reading));
            } catch (SQLException e) {
                failed(e);
                throw e;
            } finally {
                around = null;
            }
        });
    }

    /** Runs what is not captured. */
    <R> R asWritten(AsWritten<R> statement) throws SQLException {
        try {
            return statement.run();
        } catch (SQLException e) {
            failed(e);
            throw e;
        }
    }

    /** A statement of the user has failed, in whatever way it ran. */
    void failed(SQLException failure) {
        BranchContext bound = transaction.branch();
        AtResource resource = session.knownResource();
        if (bound != null && resource != null) {
            resource.failedStatement().happened(work.connection(), bound, failure);
        }
    }

    // ---- what runs around it

    /** What an execution of a user's statement queries besides. */
    QueriesAround queriesAround(Statement user, int timeoutSeconds) {
        return new QueriesAround(connection, user, timeoutSeconds);
    }

    /** The database's own connection, for what runs in place of the user's statement. */
    Connection raw() {
        QueriesAround now = around;
        return now == null ? connection : now;
    }

    /** A statement that was prepared earlier runs in place of the user's. */
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
}
