package dev.lockstep.benchmarks.micro;

import dev.lockstep.rm.jdbc.DelegatingConnection;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.rm.jdbc.DelegatingPreparedStatement;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A database whose UPDATEs and INSERTs with parameters are answered at once and do nothing; all else is its own. */
final class IdleStatements extends DelegatingConnection {

    /** Hands out such connections. */
    static final class Source extends DelegatingDataSource {

        Source(DataSource delegate) {
            super(delegate);
        }

        @Override
        protected Connection wrap(Connection connection) {
            return new IdleStatements(connection);
        }
    }

    private final class Idle extends DelegatingPreparedStatement {
        private long last;

        Idle(Connection connection, PreparedStatement delegate) {
            super(connection, delegate);
        }

        @Override
        public void setInt(int index, int value) {
            last = value;
        }

        @Override
        public void setLong(int index, long value) {
            last = value;
        }

        @Override
        public void setString(int index, String value) {
            last = value.length();
        }

        @Override
        public void setBytes(int index, byte[] value) {
            lastBytes = value;
        }

        @Override
        public int executeUpdate() {
            return last > 0 ? 1 : 0;
        }

        @Override
        public void close() {}
    }

    /** Of a statement that never runs. */
    private final PreparedStatement prepared;

    private byte[] lastBytes = {};

    private IdleStatements(Connection delegate) {
        super(delegate);
        try {
            prepared = delegate.prepareStatement("SELECT 1");
        } catch (SQLException e) {
            throw new IllegalStateException("H2 does not prepare SELECT 1", e);
        }
    }

    /** The bytes that were bound last. */
    byte[] lastBytes() {
        return lastBytes;
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return sql.startsWith("UPDATE") || sql.startsWith("INSERT")
                ? new Idle(this, prepared)
                : super.prepareStatement(sql);
    }

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
