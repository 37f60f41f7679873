package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The branches that this process has committed locally and has not been told to end yet. The undo log of such a branch is in
 * its database, so that a rollback which finds none must not be taken for done.
 *
 * <p>Of too many branches the oldest are forgotten, and so are all with the end of the process: what is not known here proves
 * nothing. Thread-safe.
 */
public final class StandingBranches {

    /** What a process has open at a time, with room for those whose end another instance was told of. */
    private static final int MOST = 10_000;

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    /** Whether the branch is committed, in the order in which they began. */
    private final Map<BranchKey, Boolean> committed = new LinkedHashMap<>();

    public StandingBranches() {
        this(MOST);
    }

    StandingBranches(int most) {
        this.most = most;
    }

    /** The branch has its id, and is about to write its undo log and to be committed. */
    public void begins(BranchKey branch) {
        lock.lock();
        try {
            committed.put(branch, false);
            if (committed.size() > most) {
                Iterator<BranchKey> oldest = committed.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The database has committed it. One that has ended meanwhile stays ended: the TC may be quicker than its commit is told. */
    public void committed(BranchKey branch) {
        lock.lock();
        try {
            committed.replace(branch, true);
        } finally {
            lock.unlock();
        }
    }

    /** It was not committed, or nobody knows; or it is committed globally, about to be rolled back, or left to a human. */
    public void ends(BranchKey branch) {
        lock.lock();
        try {
            committed.remove(branch);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the branch is known to be committed locally and not to have ended. */
    public boolean holds(BranchKey branch) {
        lock.lock();
        try {
            return committed.getOrDefault(branch, false);
        } finally {
            lock.unlock();
        }
    }
}
