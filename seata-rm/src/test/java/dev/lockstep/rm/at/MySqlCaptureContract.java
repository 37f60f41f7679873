package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is peculiar to MySQL and MariaDB, beyond {@link DialectContract}; through a pool, as applications use it. */
abstract class MySqlCaptureContract {

    private final DatabaseServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    MySqlCaptureContract(DatabaseServer server) {
        this.server = server;
    }

    /** Parameters of the URL under which the driver works otherwise than by default; each begins with a question mark. */
    abstract List<String> unusualParameters();

    final Rig open() throws SQLException {
        return open(ResourceManagerOptions.defaults(), "");
    }

    final Rig open(ResourceManagerOptions options, String parameters) throws SQLException {
        return open(newDatabase(), options, parameters);
    }

    final TestDatabase newDatabase() throws SQLException {
        TestDatabase database = server.createDatabase();
        opened.add(0, database);
        return database;
    }

    /** An application on a database, which others may have open too. */
    final Rig open(TestDatabase database, ResourceManagerOptions options, String parameters) throws SQLException {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.url() + parameters);
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(3);
        pool.setMinimumIdle(0);
        opened.add(0, pool);
        Rig rig = new Rig(pool, "mysql", options);
        opened.add(0, rig);
        return rig;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    @Tag("fuzz")
    void every_cell_is_as_before_after_a_rollback() throws SQLException {
        RandomTransactions.run(open(), RandomTransactions.OF_MYSQL);
    }

    @Test
    @Tag("fuzz")
    void every_cell_is_as_before_when_the_driver_works_otherwise() throws SQLException {
        for (String parameters : unusualParameters()) {
            RandomTransactions.run(open(ResourceManagerOptions.defaults(), parameters), RandomTransactions.OF_MYSQL);
        }
    }

    /** Has the work rolled back and compares every cell of the table. */
    static void assertUndone(Rig rig, String table, Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM " + table);
        rig.rolledBack(() -> {
            work.run();
            assertThat(rig.rows("SELECT * FROM " + table)).isNotEqualTo(before);
        });
        assertThat(rig.rows("SELECT * FROM " + table)).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
    }
}
