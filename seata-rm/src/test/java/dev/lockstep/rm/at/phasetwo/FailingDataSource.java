package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database that is down while the test wants it to be. */
final class FailingDataSource extends DelegatingDataSource {

    volatile boolean down;

    FailingDataSource(DataSource delegate) {
        super(delegate);
    }

    @Override
    protected Connection wrap(Connection real) throws SQLException {
        if (down) {
            real.close();
            throw new SQLException("the database is down, as planned by the test", "08001");
        }
        return real;
    }
}
