package dev.lockstep.rm.at;

import dev.lockstep.rm.jdbc.DelegatingResultSet;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/** Rows whose last columns are for the capture only: their description leaves these out. Not thread-safe. */
final class TrimmedRows extends DelegatingResultSet {

    private final int hidden;

    TrimmedRows(Statement statement, ResultSet delegate, int hidden) {
        super(statement, delegate);
        this.hidden = hidden;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        ResultSetMetaData all = super.getMetaData();
        return hidden == 0 ? all : new TrimmedMetaData(all, all.getColumnCount() - hidden);
    }
}
