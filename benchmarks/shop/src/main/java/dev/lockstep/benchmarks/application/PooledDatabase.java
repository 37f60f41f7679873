package dev.lockstep.benchmarks.application;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A database of the application behind a pool, with a table for undo logs. It is H2 in memory of this process, in MySQL mode,
 * or an empty database on a server.
 *
 * <p>Thread-safe but for {@link #connect}.
 */
public final class PooledDatabase implements AutoCloseable {

    /** A rollback needs a connection beside that of the caller. */
    private static final int FEWEST = 2;

    private final HikariDataSource pool;

    private PooledDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Opens it, empty but for undo_log.
     *
     * @param name in the settings, where its URL may stand; without one it is H2 in memory
     * @param settings may hold {@code user} and {@code password}, too
     * @param knowsH2 whether the client takes H2 for what it is; to others it looks like MySQL where they ask the driver
     */
    public static PooledDatabase open(String name, Map<String, String> settings, boolean knowsH2) throws SQLException {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(FEWEST);
        config.setMinimumIdle(1);
        var url = settings.get(name);
        if (url == null) {
            url = "jdbc:h2:mem:" + name + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1";
            var h2 = new JdbcDataSource();
            h2.setUrl(url);
            config.setDataSource(knowsH2 ? h2 : MySqlLook.of(h2, "jdbc:mysql://bench:3306/" + name));
        } else {
            config.setJdbcUrl(url);
            config.setUsername(settings.getOrDefault("user", ""));
            config.setPassword(settings.getOrDefault("password", ""));
        }
        var database = new PooledDatabase(new HikariDataSource(config));
        database.run(DatabaseForm.of(url).undoLog());
        return database;
    }

    /** The pool, for a client library to wrap. */
    public DataSource dataSource() {
        return pool;
    }

    /** Gives the pool as many connections as there are callers, all of them open. To be called while none is in use. */
    public void connect(int callers) throws SQLException {
        var size = Math.max(FEWEST, callers);
        if (pool.getHikariPoolMXBean().getTotalConnections() > size) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(size);
        var opened = new ArrayList<Connection>();
        try {
            for (var number = 0; number < size; number++) {
                opened.add(pool.getConnection());
            }
        } finally {
            for (var connection : opened) {
                connection.close();
            }
        }
    }

    /** Runs statements, each for itself, past the client library. */
    public void run(List<String> script) throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            for (var sql : script) {
                statement.execute(sql);
            }
        }
    }

    /** The one number that a query gives, asked past the client library. */
    public long number(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
