package dev.lockstep.rm.at;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The data sources that the drivers themselves offer: a new session for each connection. */
final class DriverDataSource {

    private DriverDataSource() {}

    /**
     * That of the driver for this database.
     *
     * @param parameters of the URL, with the question mark before the first; may be empty
     */
    static DataSource of(TestDatabase database, String parameters) throws SQLException {
        String url = database.url() + parameters;
        return switch (database.server().kind()) {
            case POSTGRES -> {
                PGSimpleDataSource dataSource = new PGSimpleDataSource();
                dataSource.setUrl(url);
                dataSource.setUser(database.user());
                dataSource.setPassword(database.password());
                yield dataSource;
            }
            case MYSQL -> {
                MysqlDataSource dataSource = new MysqlDataSource();
                dataSource.setUrl(url);
                dataSource.setUser(database.user());
                dataSource.setPassword(database.password());
                yield dataSource;
            }
            case MARIADB -> {
                MariaDbDataSource dataSource = new MariaDbDataSource();
                dataSource.setUrl(url);
                dataSource.setUser(database.user());
                dataSource.setPassword(database.password());
                yield dataSource;
            }
        };
    }
}
