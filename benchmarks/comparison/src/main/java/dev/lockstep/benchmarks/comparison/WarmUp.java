package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Brings clients up to speed, in turns, before they are measured. A JVM under load compiles for a minute or more, and takes a
 * third of its CPU for that; so whoever is still at it gets further turns, in the time that others no longer need.
 */
final class WarmUp {

    /** Compiling, of the CPU of a turn, below which nothing is gained by another one. */
    private static final double LITTLE = 0.1;

    /** What is not compiled after one turn may not have been called often enough yet. */
    private static final int FEWEST_TURNS = 2;

    /** Of each client in each of its workloads, about, so that TC and clients get warm together. */
    static final int TURNS = 4;

    private WarmUp() {}

    /** A workload that a client is to be warm in. */
    record Lesson(String client, Round turn) {}

    /** Lets a client take a turn. */
    interface Turns {
        RoundResult take(Lesson lesson);
    }

    /**
     * Gives each lesson two turns, and more to those that need them, as long as there is time.
     *
     * @param time for all turns together
     * @return those that were not warm at the end
     */
    static List<Lesson> run(List<Lesson> lessons, Duration time, Turns turns) {
        var left = time;
        var cold = new ArrayDeque<>(lessons);
        for (var number = 0;
                !cold.isEmpty() && !left.minus(cold.peek().turn().length()).isNegative();
                number++) {
            var lesson = cold.remove();
            left = left.minus(lesson.turn().length());
            var warm = isWarm(turns.take(lesson));
            if (!warm || number < lessons.size() * (FEWEST_TURNS - 1)) {
                cold.add(lesson);
            }
        }
        return List.copyOf(cold);
    }

    private static boolean isWarm(RoundResult result) {
        return result.value(RoundResult.COMPILER_MILLIS) < LITTLE * result.value(RoundResult.CPU_MILLIS);
    }
}
