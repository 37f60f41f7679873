package dev.lockstep.spring.sight;

import io.micrometer.observation.Observation;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The observations of branches that wait for their phase two, which then joins their trace. Where another instance is told to
 * end a branch nobody takes it out here, so they are kept in two generations: when the young one is full it becomes the old
 * one, and the one before is forgotten. Thread-safe.
 */
final class CommittedBranches {

    private static final int GENERATION = 4096;

    private volatile Generations generations = new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    private record Generations(ConcurrentHashMap<Long, Observation> young, ConcurrentHashMap<Long, Observation> old) {}

    /** @param ended an observation that has been stopped */
    void keep(long branchId, Observation ended) {
        // It would hold the whole request otherwise, with what that refers to.
        ended.getContext().setParentObservation(null);
        Generations both = generations;
        both.young.put(branchId, ended);
        // Threads that see it full at the same time may each begin a generation: some branches are then forgotten
        // early.
        if (both.young.mappingCount() >= GENERATION) {
            generations = new Generations(new ConcurrentHashMap<>(), both.young);
        }
    }

    @Nullable
    Observation find(long branchId) {
        Generations both = generations;
        Observation young = both.young.get(branchId);
        return young != null ? young : both.old.get(branchId);
    }

    void forget(long branchId) {
        Generations both = generations;
        both.young.remove(branchId);
        both.old.remove(branchId);
    }
}
