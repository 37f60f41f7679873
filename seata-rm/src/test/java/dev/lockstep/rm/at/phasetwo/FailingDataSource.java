package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** A database that is down while the test wants it to be. */
final class FailingDataSource extends DelegatingDataSource {

    volatile boolean down;
    /** The names of the threads that wanted a connection. */
    final List<String> askedBy = new CopyOnWriteArrayList<>();

    FailingDataSource(DataSource delegate) {
        super(delegate);
    }

    @Override
    protected Connection wrap(Connection real) throws SQLException {
        askedBy.add(Thread.currentThread().getName());
        if (down) {
            real.close();
            throw new SQLException("the database is down, as planned by the test", "08001");
        }
        return real;
    }
}
