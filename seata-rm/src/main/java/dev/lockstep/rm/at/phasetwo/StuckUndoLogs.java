package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/**
 * Undo logs that could not be deleted alone either, because somebody holds their rows: put aside, so that they hold up no
 * others, and tried again now and then. Confined to the cleaner's thread.
 */
final class StuckUndoLogs {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Deque<BranchKey> branches = new ArrayDeque<>();
    private long nextTry;

    int size() {
        return branches.size();
    }

    /** Puts one aside. */
    void add(BranchKey branch) {
        if (branches.isEmpty()) {
            nextTry = System.nanoTime() + PAUSE.toNanos();
        }
        branches.add(branch);
    }

    /** How long until the next try, and not longer than this. */
    Duration untilNextTry(Duration most) {
        if (branches.isEmpty()) {
            return most;
        }
        Duration left = Duration.ofNanos(Math.max(0, nextTry - System.nanoTime()));
        return left.compareTo(most) < 0 ? left : most;
    }

    /** Tries them again if it is time. */
    void tryAgainWhenDue(Predicate<BranchKey> delete) {
        if (!branches.isEmpty() && nextTry - System.nanoTime() <= 0) {
            tryAgain(delete);
            nextTry = System.nanoTime() + PAUSE.toNanos();
        }
    }

    /** Tries one after the other up to the first that is stuck still: each of those takes its time. */
    void tryAgain(Predicate<BranchKey> delete) {
        for (int left = branches.size(); left > 0; left--) {
            BranchKey branch = branches.remove();
            if (!delete.test(branch)) {
                branches.add(branch);
                return;
            }
        }
    }
}
