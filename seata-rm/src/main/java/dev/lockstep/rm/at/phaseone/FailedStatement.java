package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.dialect.Errors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;

/**
 * Looks whether a statement that failed took its whole local transaction along, as a deadlock does on MySQL: the driver then
 * begins another one unasked, whose commit would carry an undo log for changes that are no longer there. Called for every
 * failure of a user's statement in a bound local transaction. Immutable, thread-safe.
 */
public final class FailedStatement {

    private final Errors errors;

    public FailedStatement(Errors errors) {
        this.errors = errors;
    }

    /**
     * From now on the local transaction may only be rolled back, if the database has done so already.
     *
     * @param connection the database's own
     */
    public void happened(Connection connection, BranchContext branch, SQLException failure) {
        if (!branch.changes().isEmpty() && !branch.isDoomed() && tookAllAlong(connection, failure)) {
            branch.doom(new SQLTransactionRollbackException(
                    "the database has rolled it back because a statement failed (" + failure.getMessage() + ")",
                    failure.getSQLState(),
                    failure.getErrorCode(),
                    failure));
        }
    }

    private boolean tookAllAlong(Connection connection, SQLException failure) {
        if (errors.endLocalTransaction(failure)) {
            return true;
        }
        String query = errors.endLocalTransactionQuery(failure);
        if (query == null) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return !row.next() || row.getBoolean(1);
        } catch (SQLException | RuntimeException unanswered) {
            failure.addSuppressed(unanswered);
            return true;
        }
    }
}
