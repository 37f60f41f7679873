package dev.lockstep.rm.at;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing case short enough to be read. */
final class Shrinker {

    /** So many tries are enough for some twenty steps, and end where each of them takes its time. */
    private static final int MOST_TRIES = 300;

    private Shrinker() {}

    /**
     * A part of the steps that fails as well, and of which no step can be left out; in the same order.
     *
     * @param fails whether these steps alone fail
     */
    static <T> List<T> shrunk(List<T> steps, Predicate<List<T>> fails) {
        List<T> rest = new ArrayList<>(steps);
        int tries = 0;
        for (int stretch = Math.max(1, rest.size() / 2); stretch > 0; stretch /= 2) {
            boolean smaller = true;
            while (smaller) {
                smaller = false;
                for (int from = 0; from < rest.size() && tries < MOST_TRIES; ) {
                    List<T> without = new ArrayList<>(rest);
                    without.subList(from, Math.min(rest.size(), from + stretch)).clear();
                    tries++;
                    if (fails.test(without)) {
                        rest = without;
                        smaller = true;
                    } else {
                        from += stretch;
                    }
                }
            }
        }
        return rest;
    }
}
