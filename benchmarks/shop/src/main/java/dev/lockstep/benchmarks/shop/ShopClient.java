package dev.lockstep.benchmarks.shop;

import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * The shop under load, by whatever client. Every transaction uses explicit local transactions; what it has committed is
 * counted, and the databases must agree.
 */
public final class ShopClient implements ClientUnderLoad {

    private static final int HOT_ITEMS = 4;
    private static final int BATCH_ROWS = 100;
    /** Beyond this many orders the table is emptied between two rounds. */
    private static final int MANY_ORDERS = 500_000;
    /** Walks over all items before it comes back to one: relatively prime to their number. */
    private static final int STRIDE = 7_919;

    private final ShopDatabases databases;
    private final DataSource orders;
    private final DataSource stock;
    private final GlobalTransactionRunner global;
    private final AutoCloseable client;

    private final Callers callers = new Callers();
    private final AtomicLong nextItem = new AtomicLong();
    private final AtomicLong nextOrder = new AtomicLong();
    private final LongAdder ordersCommitted = new LongAdder();
    private final LongAdder unitsCommitted = new LongAdder();

    /**
     * @param databases as they are, to look at the data
     * @param orders as the client has wrapped it
     * @param stock as the client has wrapped it
     * @param client closed at the end, before the databases
     */
    public ShopClient(
            ShopDatabases databases,
            DataSource orders,
            DataSource stock,
            GlobalTransactionRunner global,
            AutoCloseable client) {
        this.databases = databases;
        this.orders = orders;
        this.stock = stock;
        this.global = global;
        this.client = client;
    }

    /** Runs one transaction that changes both databases, so that everything is connected and known. */
    public ShopClient opened() throws Exception {
        transaction(ShopWorkload.ORDER);
        return this;
    }

    @Override
    public Tally run(Round round) throws Exception {
        var workload = ShopWorkload.of(round.workload());
        return callers.run(round, () -> transaction(workload));
    }

    private void transaction(ShopWorkload workload) throws Exception {
        switch (workload) {
            case EMPTY -> global.run(() -> {});
            case READ_ONLY -> global.run(() -> readItem(item()));
            case SINGLE -> {
                global.run(() -> takeItem(item()));
                unitsCommitted.increment();
            }
            case ORDER -> {
                global.run(this::order);
                ordersCommitted.increment();
                unitsCommitted.increment();
            }
            case ROLLED_BACK -> {
                try {
                    global.run(() -> {
                        order();
                        throw new DeliberateRollbackException();
                    });
                    throw new IllegalStateException("Committed what was to be rolled back.");
                } catch (DeliberateRollbackException asWanted) {
                    if (!global.undoes()) {
                        ordersCommitted.increment();
                        unitsCommitted.increment();
                    }
                }
            }
            case CONTENTION -> {
                global.run(() -> takeItem(ThreadLocalRandom.current().nextInt(HOT_ITEMS)));
                unitsCommitted.increment();
            }
            case BATCH -> {
                global.run(this::manyOrders);
                ordersCommitted.add(BATCH_ROWS);
            }
        }
    }

    private int item() {
        return (int) (nextItem.getAndIncrement() * STRIDE % ShopDatabases.ITEMS);
    }

    private void order() throws SQLException {
        var item = item();
        placeOrders(item, 1);
        takeItem(item);
    }

    private void manyOrders() throws SQLException {
        placeOrders(item(), BATCH_ROWS);
    }

    private void placeOrders(int item, int count) throws SQLException {
        locally(orders, connection -> {
            try (var insert = connection.prepareStatement(
                    "INSERT INTO orders (id, customer, item, amount, price) VALUES (?, ?, ?, ?, ?)")) {
                for (var number = 0; number < count; number++) {
                    insert.setLong(1, nextOrder.incrementAndGet());
                    insert.setString(2, "customer of the benchmark");
                    insert.setInt(3, item);
                    insert.setInt(4, 1);
                    insert.setBigDecimal(5, BigDecimal.TEN);
                    if (count > 1) {
                        insert.addBatch();
                    } else {
                        insert.executeUpdate();
                    }
                }
                if (count > 1) {
                    insert.executeBatch();
                }
            }
        });
    }

    private void takeItem(int item) throws SQLException {
        locally(stock, connection -> {
            try (var update = connection.prepareStatement("UPDATE stock SET quantity = quantity - 1 WHERE id = ?")) {
                update.setInt(1, item);
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("Item " + item + " is not there.");
                }
            }
        });
    }

    private void readItem(int item) throws SQLException {
        locally(stock, connection -> {
            try (var select = connection.prepareStatement("SELECT quantity FROM stock WHERE id = ?")) {
                select.setInt(1, item);
                try (var rows = select.executeQuery()) {
                    if (!rows.next()) {
                        throw new IllegalStateException("Item " + item + " is not there.");
                    }
                }
            }
        });
    }

    private interface LocalWork {
        void run(Connection connection) throws SQLException;
    }

    private static void locally(DataSource dataSource, LocalWork work) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            }
        }
    }

    @Override
    public long branchesOpen() throws SQLException {
        return databases.undoLogs();
    }

    @Override
    public String wrongData() throws SQLException {
        var placed = databases.ordersPlaced();
        var taken = databases.unitsTaken();
        var wrong = placed == ordersCommitted.sum() && taken == unitsCommitted.sum()
                ? ""
                : "There are " + placed + " orders and " + taken + " units taken, and should be "
                        + ordersCommitted.sum() + " and " + unitsCommitted.sum() + ".";
        if (placed > MANY_ORDERS) {
            databases.forgetOrders();
            ordersCommitted.reset();
        }
        return wrong;
    }

    @Override
    public void close() {
        callers.close();
        try {
            client.close();
        } catch (Exception notClosed) {
            throw new IllegalStateException("The client could not be closed.", notClosed);
        } finally {
            databases.close();
        }
    }
}
