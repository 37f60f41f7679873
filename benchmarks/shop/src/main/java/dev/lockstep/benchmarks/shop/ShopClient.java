package dev.lockstep.benchmarks.shop;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
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
    /** Beyond this many orders the table is emptied between two rounds, so that those of one round fit into the heap. */
    private static final int MANY_ORDERS = 100_000;
    /** Walks over all items before it comes back to one: relatively prime to their number. */
    private static final int STRIDE = 7_919;

    private static final int BLOCK_ROWS = 1_000;
    private static final int BLOCKS = ShopDatabases.ITEMS / BLOCK_ROWS;
    /** As above, and no two of 26 blocks in a row are neighbours: a database may lock the row behind a range, too. */
    private static final int BLOCK_STRIDE = 37;

    private final ShopDatabases databases;
    private final DataSource orders;
    private final DataSource stock;
    private final ClientLibrary library;

    private final Callers callers = new Callers();
    private final AtomicLong nextItem = new AtomicLong();
    private final AtomicLong nextBlock = new AtomicLong();
    private final AtomicLong nextOrder = new AtomicLong();
    private final LongAdder ordersCommitted = new LongAdder();
    private final LongAdder unitsCommitted = new LongAdder();

    private ShopClient(ShopDatabases databases, ClientLibrary library) {
        this.databases = databases;
        this.library = library;
        this.orders = library.wrap(databases.orders().dataSource());
        this.stock = library.wrap(databases.stock().dataSource());
    }

    /**
     * The shop with this library, after one transaction that changes both databases, so that everything is connected and
     * known. Settings: {@code orders}, {@code stock}, {@code user}, {@code password}; without them H2 in memory.
     *
     * @param library closed with the shop, before its databases
     */
    public static ShopClient open(Map<String, String> settings, ClientLibrary library) throws Exception {
        var opened = new ShopClient(new ShopDatabases(settings, library.knowsH2()), library);
        opened.transaction(ShopWorkload.ORDER);
        return opened;
    }

    @Override
    public void prepare(Round round) throws SQLException {
        databases.connect(round.callers());
    }

    @Override
    public Tally run(Round round) throws Exception {
        var workload = ShopWorkload.of(round.workload());
        return callers.run(round, () -> transaction(workload));
    }

    private void transaction(ShopWorkload workload) throws Exception {
        switch (workload) {
            case EMPTY -> library.run(() -> {});
            case READ_ONLY -> library.run(() -> readItem(item()));
            case SINGLE -> {
                library.run(() -> takeItem(item()));
                unitsCommitted.increment();
            }
            case ORDER -> {
                library.run(this::order);
                ordersCommitted.increment();
                unitsCommitted.increment();
            }
            case ROLLED_BACK -> {
                rolledBack(this::order);
                if (!library.undoes()) {
                    ordersCommitted.increment();
                    unitsCommitted.increment();
                }
            }
            case CONTENTION -> {
                library.run(() -> takeItem(ThreadLocalRandom.current().nextInt(HOT_ITEMS)));
                unitsCommitted.increment();
            }
            case UPDATE_1000 -> {
                library.run(() -> takeBlock(block()));
                unitsCommitted.add(BLOCK_ROWS);
            }
            case UPDATE_1000_ROLLED_BACK -> {
                rolledBack(() -> takeBlock(block()));
                if (!library.undoes()) {
                    unitsCommitted.add(BLOCK_ROWS);
                }
            }
            case BATCH -> {
                library.run(this::manyOrders);
                ordersCommitted.add(BATCH_ROWS);
            }
        }
    }

    private void rolledBack(ClientLibrary.Work work) throws Exception {
        try {
            library.run(() -> {
                work.run();
                throw new DeliberateRollbackException();
            });
        } catch (DeliberateRollbackException asWanted) {
            return;
        }
        throw new IllegalStateException("Committed what was to be rolled back.");
    }

    private int block() {
        return (int) (nextBlock.getAndIncrement() * BLOCK_STRIDE % BLOCKS);
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

    private void takeBlock(int block) throws SQLException {
        locally(stock, connection -> {
            try (var update =
                    connection.prepareStatement("UPDATE stock SET quantity = quantity - 1 WHERE id >= ? AND id < ?")) {
                update.setInt(1, block * BLOCK_ROWS);
                update.setInt(2, (block + 1) * BLOCK_ROWS);
                var updated = update.executeUpdate();
                if (updated != BLOCK_ROWS) {
                    throw new IllegalStateException("Block " + block + " has " + updated + " items.");
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
    public Map<String, Long> counters() {
        return library.counters();
    }

    @Override
    public void close() {
        callers.close();
        try {
            library.close();
        } finally {
            databases.close();
        }
    }
}
