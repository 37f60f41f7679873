package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogFormatException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds the order in which branches of one global transaction come off the rows they share: the last one first, which is
 * known by its finding every row as it left it. Branch ids are where to look first, never the proof: those of several TC
 * nodes are not comparable, and times of writing say nothing at all.
 *
 * <p>It tries, goes on from what fitted, and goes back where it came to a dead end, as often as a bound allows. Where no
 * order takes in every branch, because a stranger has written to some row, the first one that takes in the branch asked for
 * will do, or failing that the longest. Not thread-safe.
 */
final class ReplayOrder {

    /** Takes branches back on trial, last in first out. */
    interface Trial {
        /** False when a row of the branch is not as the branch left it; then nothing of it was done. */
        boolean takeBack(long branchId) throws SQLException, UndoLogFormatException;

        /** Undoes the last success. */
        void putBack() throws SQLException;
    }

    private final Trial trial;
    private final long asked;
    private final Deque<Long> done = new ArrayDeque<>();
    private List<Long> best = List.of();
    private int triesLeft;

    private ReplayOrder(Trial trial, long asked, int triesLeft) {
        this.trial = trial;
        this.asked = asked;
        this.triesLeft = triesLeft;
    }

    /**
     * Takes back as many of the branches as fit, for good as far as the trial is concerned.
     *
     * @param branches those that may be taken back
     * @param asked the one that counts; need not be among them
     * @return those taken back, in order
     */
    static List<Long> run(List<Long> branches, long asked, Trial trial) throws SQLException, UndoLogFormatException {
        // In order each branch is tried once, and a dirty one once more at every step; the rest is for small groups.
        ReplayOrder order = new ReplayOrder(trial, asked, 3 * branches.size() + 200);
        if (order.search(branches)) {
            return List.copyOf(order.done);
        }
        for (long branchId : order.best) {
            if (!trial.takeBack(branchId)) {
                throw new SQLException(
                        "Branch " + branchId + " came off its rows a moment ago and does no more", "40001");
            }
        }
        return order.best;
    }

    /** True when all are taken back; false when none of them is. */
    private boolean search(List<Long> left) throws SQLException, UndoLogFormatException {
        if (left.isEmpty()) {
            return true;
        }
        for (int i = 0; i < left.size() && triesLeft > 0; i++) {
            triesLeft--;
            long branchId = left.get(i);
            if (!trial.takeBack(branchId)) {
                continue;
            }
            done.addLast(branchId);
            List<Long> rest = new ArrayList<>(left);
            rest.remove(i);
            if (search(rest)) {
                return true;
            }
            keepIfBest();
            trial.putBack();
            done.removeLast();
        }
        return false;
    }

    private void keepIfBest() {
        boolean better =
                done.contains(asked) == best.contains(asked) ? done.size() > best.size() : done.contains(asked);
        if (better) {
            best = List.copyOf(done);
        }
    }
}
