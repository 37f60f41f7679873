package dev.lockstep.benchmarks.shop;

import dev.lockstep.benchmarks.application.PooledDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The two databases of the shop, with their tables.
 *
 * <p>Thread-safe but for {@link #connect}.
 */
final class ShopDatabases implements AutoCloseable {

    static final int ITEMS = 100_000;
    static final int QUANTITY = 1_000_000;

    private static final int ROWS_PER_INSERT = 1_000;

    private static final String ORDERS = """
            CREATE TABLE orders (
                id       BIGINT         NOT NULL PRIMARY KEY,
                customer VARCHAR(64)    NOT NULL,
                item     INT            NOT NULL,
                amount   INT            NOT NULL,
                price    DECIMAL(10, 2) NOT NULL
            )""";

    private static final String STOCK = """
            CREATE TABLE stock (
                id       INT         NOT NULL PRIMARY KEY,
                name     VARCHAR(64) NOT NULL,
                quantity INT         NOT NULL
            )""";

    private final PooledDatabase orders;
    private final PooledDatabase stock;

    /**
     * Makes and fills both.
     *
     * @param settings may hold the URLs, as {@code orders} and {@code stock}
     * @param knowsH2 whether the client takes H2 for what it is
     */
    ShopDatabases(Map<String, String> settings, boolean knowsH2) throws SQLException {
        orders = PooledDatabase.open("orders", settings, knowsH2);
        stock = PooledDatabase.open("stock", settings, knowsH2);
        orders.run(List.of(ORDERS));
        stock.run(stockScript());
    }

    private static List<String> stockScript() {
        var script = new ArrayList<>(List.of(STOCK));
        for (var first = 0; first < ITEMS; first += ROWS_PER_INSERT) {
            script.add(IntStream.range(first, first + ROWS_PER_INSERT)
                    .mapToObj(id -> "(" + id + ", 'item " + id + "', " + QUANTITY + ")")
                    .collect(Collectors.joining(", ", "INSERT INTO stock (id, name, quantity) VALUES ", "")));
        }
        return script;
    }

    PooledDatabase orders() {
        return orders;
    }

    PooledDatabase stock() {
        return stock;
    }

    /** Opens a connection to each for every caller. */
    void connect(int callers) throws SQLException {
        orders.connect(callers);
        stock.connect(callers);
    }

    /** Undo logs that were not deleted yet: branches without second phase. */
    long undoLogs() throws SQLException {
        return orders.number("SELECT COUNT(*) FROM undo_log") + stock.number("SELECT COUNT(*) FROM undo_log");
    }

    long ordersPlaced() throws SQLException {
        return orders.number("SELECT COUNT(*) FROM orders");
    }

    long unitsTaken() throws SQLException {
        return (long) ITEMS * QUANTITY - stock.number("SELECT SUM(quantity) FROM stock");
    }

    /** Throws all orders away, so that a long run does not fill the memory. Inside no global transaction. */
    void forgetOrders() throws SQLException {
        orders.run(List.of("TRUNCATE TABLE orders"));
    }

    @Override
    public void close() {
        orders.close();
        stock.close();
    }
}
