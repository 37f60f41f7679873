package dev.lockstep.rm.at;

import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.rm.jdbc.DelegatingResultSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A result set whose cursor may have been opened outside a global transaction: rows are not changed through it inside, since
 * nobody would capture that. Not thread-safe, as a JDBC result set is not.
 */
final class AtResultSet extends DelegatingResultSet {

    private final AtConnection connection;

    AtResultSet(AtConnection connection, Statement statement, ResultSet delegate) {
        super(statement, delegate);
        this.connection = connection;
    }

    private void requireOutside(String method) throws SQLException {
        if (connection.transaction().runsInside()) {
            throw new UnsupportedSqlException(
                    "ResultSet." + method + "()",
                    "rows changed through a result set are not captured",
                    "Change them by UPDATE, INSERT and DELETE.");
        }
    }

    /** A driver that streams meets the errors of its query here. */
    @Override
    public boolean next() throws SQLException {
        try {
            return super.next();
        } catch (SQLException e) {
            connection.inside().failed(e);
            throw e;
        }
    }

    @Override
    public void insertRow() throws SQLException {
        requireOutside("insertRow");
        super.insertRow();
        connection.outside().changedRow();
    }

    @Override
    public void updateRow() throws SQLException {
        requireOutside("updateRow");
        super.updateRow();
        connection.outside().changedRow();
    }

    @Override
    public void deleteRow() throws SQLException {
        requireOutside("deleteRow");
        super.deleteRow();
        connection.outside().changedRow();
    }

    // ---- what leads around us

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        connection.transaction().expose();
        return super.unwrap(type);
    }
}
