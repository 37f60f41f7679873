package dev.lockstep.benchmarks.growth;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.benchmarks.application.ClientLibrary.OpenTransaction;
import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Work of a size that each round names, as {@code rows-1000} or {@code open-10000}, by whatever client. What it has committed
 * is counted, and the databases must agree.
 */
public final class GrowthClient implements ClientUnderLoad {

    /** For the load; the largest step fits in twice. */
    private static final int ITEMS = 20_000;
    /** For the branches of transactions that are left open. */
    private static final int ITEMS_HELD = 10_000;
    /** In each database but the first. */
    private static final int ITEMS_BESIDE = 1_000;
    /** Walks over all items before it comes back to one: relatively prime to the number of items of every database. */
    private static final int STRIDE = 7_919;

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MILLIS = 20;

    private final Map<String, String> settings;
    private final ClientLibrary library;
    private final List<ItemDatabase> databases = new ArrayList<>();
    private final Deque<OpenTransaction> held = new ArrayDeque<>();

    private final Callers callers = new Callers();
    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder unitsCommitted = new LongAdder();

    private GrowthClient(Map<String, String> settings, ClientLibrary library) throws SQLException {
        this.settings = settings;
        this.library = library;
        addDatabase(ITEMS + ITEMS_HELD);
    }

    /**
     * With one database, after one transaction. Settings: {@code d0} with the URL of that database, {@code user}, {@code
     * password}; without them H2 in memory. Further databases are always H2 in memory.
     *
     * @param library closed with this, before its databases
     */
    public static GrowthClient open(Map<String, String> settings, ClientLibrary library) throws Exception {
        var opened = new GrowthClient(settings, library);
        opened.transaction(new GrowthStep(GrowthStep.Dimension.ROWS, 1));
        return opened;
    }

    private void addDatabase(int items) throws SQLException {
        databases.add(ItemDatabase.open("d" + databases.size(), settings, library.knowsH2(), items, library::wrap));
    }

    @Override
    public void prepare(Round round) throws Exception {
        var step = GrowthStep.of(round.workload());
        switch (step.dimension()) {
            case OPEN -> hold(step.amount());
            case UNDO -> databases.get(0).fill(step.amount());
            case SOURCES -> {
                while (databases.size() < step.amount()) {
                    addDatabase(ITEMS_BESIDE);
                }
            }
            case ROWS, BRANCHES, NODES -> {}
        }
        var together = step.dimension() == GrowthStep.Dimension.SOURCES ? step.amount() : 1;
        for (var database : databases.subList(0, together)) {
            database.connect(round.callers());
        }
    }

    private void hold(int transactions) throws Exception {
        while (held.size() < transactions) {
            var item = ITEMS + held.size();
            held.push(library.open(() -> take(databases.get(0), item, 1)));
            unitsCommitted.increment();
        }
    }

    /** Commits what was left open, and waits until it is over. */
    @Override
    public void restore(Round round) throws Exception {
        if (held.isEmpty()) {
            return;
        }
        while (!held.isEmpty()) {
            held.pop().commit();
        }
        var end = System.nanoTime() + SETTLE_NANOS;
        while (branchesOpen() > 0) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(branchesOpen() + " branches have no second phase after 60 s.");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    @Override
    public Tally run(Round round) throws Exception {
        var step = GrowthStep.of(round.workload());
        return callers.run(round, () -> transaction(step));
    }

    private void transaction(GrowthStep step) throws Exception {
        switch (step.dimension()) {
            case ROWS -> library.run(() -> takeBlock(step.amount()));
            case BRANCHES ->
                library.run(() -> {
                    for (var branch = 0; branch < step.amount(); branch++) {
                        takeNext(databases.get(0), ITEMS);
                    }
                });
            case OPEN, UNDO, NODES -> library.run(() -> takeNext(databases.get(0), ITEMS));
            case SOURCES -> library.run(() -> takeNext(nextOf(step.amount()), ITEMS_BESIDE));
        }
        unitsCommitted.add(unitsOf(step));
    }

    private static int unitsOf(GrowthStep step) {
        return switch (step.dimension()) {
            case ROWS, BRANCHES -> step.amount();
            case OPEN, UNDO, SOURCES, NODES -> 1;
        };
    }

    private ItemDatabase nextOf(int sources) {
        return databases.get(Math.floorMod(next.get(), sources));
    }

    private void takeBlock(int rows) throws SQLException {
        var blocks = ITEMS / rows;
        take(databases.get(0), Math.floorMod(next.getAndIncrement(), blocks) * rows, rows);
    }

    private void takeNext(ItemDatabase database, int items) throws SQLException {
        take(database, (int) Math.floorMod((long) next.getAndIncrement() * STRIDE, (long) items), 1);
    }

    private static void take(ItemDatabase database, int first, int rows) throws SQLException {
        try (var connection = database.wrapped().getConnection()) {
            connection.setAutoCommit(false);
            try (var update = connection.prepareStatement(
                    rows == 1
                            ? "UPDATE item SET quantity = quantity - 1 WHERE id = ?"
                            : "UPDATE item SET quantity = quantity - 1 WHERE id >= ? AND id < ?")) {
                update.setInt(1, first);
                if (rows > 1) {
                    update.setInt(2, first + rows);
                }
                var updated = update.executeUpdate();
                if (updated != rows) {
                    throw new IllegalStateException(
                            updated + " items were taken from item " + first + " on, not " + rows + ".");
                }
                connection.commit();
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            }
        }
    }

    @Override
    public long branchesOpen() throws SQLException {
        var logs = 0L;
        for (var database : databases) {
            logs += database.undoLogs();
        }
        return logs - held.size();
    }

    @Override
    public String wrongData() throws SQLException {
        var taken = 0L;
        for (var database : databases) {
            taken += database.unitsTaken();
        }
        return taken == unitsCommitted.sum()
                ? ""
                : taken + " units are taken, and should be " + unitsCommitted.sum() + ".";
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
            databases.forEach(ItemDatabase::close);
        }
    }
}
