package dev.lockstep.spring;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rm.event.RepeatedTrouble;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells several listeners. Thread-safe if they are. */
final class BranchListeners implements BranchListener {

    private final Supplier<List<BranchListener>> listeners;

    /** @param listeners asked for at each event */
    BranchListeners(Supplier<List<BranchListener>> listeners) {
        this.listeners = listeners;
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        List<BranchListener> told = listeners.get();
        if (told.size() == 1) {
            return told.get(0).branchBegins(resourceId);
        }
        List<BranchProgress> all = new ArrayList<>(told.size());
        for (BranchListener listener : told) {
            BranchProgress progress = begin(listener, resourceId);
            if (progress != BranchProgress.NONE) {
                all.add(progress);
            }
        }
        return switch (all.size()) {
            case 0 -> BranchProgress.NONE;
            case 1 -> all.get(0);
            default -> new Progress(all);
        };
    }

    private static BranchProgress begin(BranchListener listener, String resourceId) {
        try {
            return listener.branchBegins(resourceId);
        } catch (Throwable thrown) {
            return new Failed(thrown);
        }
    }

    /** In place of a listener that failed at the beginning, which must not cost the others theirs: fails at the end. */
    private record Failed(Throwable failure) implements BranchProgress {

        @Override
        public void ended(Outcome outcome, @Nullable Throwable ofBranch) {
            throw Listeners.<RuntimeException>asItIs(failure);
        }
    }

    @Override
    public void lockConflict(String resourceId) {
        Listeners.tell(listeners.get(), listener -> listener.lockConflict(resourceId));
    }

    @Override
    public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
        Listeners.tell(listeners.get(), listener -> listener.lockWaitEnded(resourceId, nanos, obtained));
    }

    @Override
    public void troubled(RepeatedTrouble trouble, @Nullable String resourceId) {
        Listeners.tell(listeners.get(), listener -> listener.troubled(trouble, resourceId));
    }

    private record Progress(List<BranchProgress> all) implements BranchProgress {

        @Override
        public void registered(String xid, long branchId, String lockKeys) {
            Listeners.tell(all, progress -> progress.registered(xid, branchId, lockKeys));
        }

        @Override
        public void undoLogWritten(int rows, int bytes) {
            Listeners.tell(all, progress -> progress.undoLogWritten(rows, bytes));
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            Listeners.tell(all, progress -> progress.ended(outcome, failure));
        }
    }
}
