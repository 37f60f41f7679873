package dev.lockstep.rm.at.sql;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The plans of the texts that were used lately, in two generations: when the young one is full it becomes the old one, and
 * what is asked for again moves over. Bounded, and without a lock; two threads may make the same plan, which is harmless.
 * Thread-safe.
 */
final class PlanCache {

    static final int GENERATION = 512;

    /** Longer texts hold literals or generated lists, come once, and would fill the memory. */
    static final int LONGEST_TEXT = 4096;

    private volatile Generations generations = new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    private record Generations(
            ConcurrentHashMap<String, RecognizedSql> young, ConcurrentHashMap<String, RecognizedSql> old) {}

    @Nullable
    RecognizedSql get(String sql) {
        var both = generations;
        var plan = both.young.get(sql);
        if (plan == null) {
            plan = both.old.get(sql);
            if (plan != null) {
                put(sql, plan);
            }
        }
        return plan;
    }

    void put(String sql, RecognizedSql plan) {
        if (sql.length() > LONGEST_TEXT) {
            return;
        }
        var both = generations;
        both.young.put(sql, plan);
        // Threads that see it full at the same time may each begin a generation: some plans are then made again.
        if (both.young.mappingCount() >= GENERATION) {
            generations = new Generations(new ConcurrentHashMap<>(), both.young);
        }
    }

    int size() {
        var both = generations;
        return both.young.size() + both.old.size();
    }
}
