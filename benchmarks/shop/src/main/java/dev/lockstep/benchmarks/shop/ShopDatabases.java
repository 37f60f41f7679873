package dev.lockstep.benchmarks.shop;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * The two databases of the shop, in memory of this process, each behind a pool. H2 in MySQL mode; what a client is shown of
 * them may be made to look like MySQL ({@link MySqlLook}), because the official client knows no H2.
 *
 * <p>Thread-safe.
 */
public final class ShopDatabases implements AutoCloseable {

    static final int ITEMS = 100_000;
    static final int QUANTITY = 1_000_000;

    /** As many as a round has callers at most; a caller never waits for a connection. */
    private static final int POOL_SIZE = 256;

    private static final List<String> UNDO_LOG = List.of("""
            CREATE TABLE undo_log (
                branch_id     BIGINT       NOT NULL,
                xid           VARCHAR(128) NOT NULL,
                context       VARCHAR(128) NOT NULL,
                rollback_info LONGBLOB     NOT NULL,
                log_status    INT          NOT NULL,
                log_created   DATETIME(6)  NOT NULL,
                log_modified  DATETIME(6)  NOT NULL,
                CONSTRAINT ux_undo_log UNIQUE (xid, branch_id)
            )""");

    private static final List<String> ORDERS = List.of("""
            CREATE TABLE orders (
                id       BIGINT         NOT NULL PRIMARY KEY,
                customer VARCHAR(64)    NOT NULL,
                item     INT            NOT NULL,
                amount   INT            NOT NULL,
                price    DECIMAL(10, 2) NOT NULL
            )""");

    private static final List<String> STOCK = List.of(
            """
            CREATE TABLE stock (
                id       INT         NOT NULL PRIMARY KEY,
                name     VARCHAR(64) NOT NULL,
                quantity INT         NOT NULL
            )""",
            "INSERT INTO stock SELECT \"X\", CONCAT('item ', \"X\"), " + QUANTITY + " FROM SYSTEM_RANGE(0, "
                    + (ITEMS - 1) + ")");

    private final HikariDataSource orders;
    private final HikariDataSource stock;

    /**
     * Makes and fills both.
     *
     * @param asMySql whether they shall look like MySQL to whoever asks the driver
     */
    public ShopDatabases(boolean asMySql) throws SQLException {
        orders = open("orders", asMySql);
        stock = open("stock", asMySql);
        run(orders, UNDO_LOG, ORDERS);
        run(stock, UNDO_LOG, STOCK);
    }

    private static HikariDataSource open(String name, boolean asMySql) {
        var h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:" + name + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1");
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(1);
        config.setDataSource(asMySql ? MySqlLook.of(h2, "jdbc:mysql://bench:3306/" + name) : h2);
        return new HikariDataSource(config);
    }

    @SafeVarargs
    private static void run(DataSource dataSource, List<String>... scripts) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            for (var script : scripts) {
                for (var sql : script) {
                    statement.execute(sql);
                }
            }
        }
    }

    public DataSource orders() {
        return orders;
    }

    public DataSource stock() {
        return stock;
    }

    /** Undo logs that were not deleted yet: branches without second phase. */
    long undoLogs() throws SQLException {
        return number(orders, "SELECT COUNT(*) FROM undo_log") + number(stock, "SELECT COUNT(*) FROM undo_log");
    }

    long ordersPlaced() throws SQLException {
        return number(orders, "SELECT COUNT(*) FROM orders");
    }

    long unitsTaken() throws SQLException {
        return (long) ITEMS * QUANTITY - number(stock, "SELECT SUM(CAST(quantity AS BIGINT)) FROM stock");
    }

    /** Throws all orders away, so that a long run does not fill the memory. Inside no global transaction. */
    void forgetOrders() throws SQLException {
        run(orders, List.of("TRUNCATE TABLE orders"));
    }

    private static long number(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        orders.close();
        stock.close();
    }
}
