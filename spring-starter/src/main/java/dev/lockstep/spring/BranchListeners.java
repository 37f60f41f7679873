package dev.lockstep.spring;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several listeners. Thread-safe if they are. */
final class BranchListeners implements BranchListener {

    private final List<BranchListener> listeners;

    private BranchListeners(List<BranchListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** One for all of them; where there is only one, that one. */
    static BranchListener of(List<BranchListener> listeners) {
        return switch (listeners.size()) {
            case 0 -> NONE;
            case 1 -> listeners.get(0);
            default -> new BranchListeners(listeners);
        };
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        List<BranchProgress> all = listeners.stream()
                .map(listener -> listener.branchBegins(resourceId))
                .filter(progress -> progress != BranchProgress.NONE)
                .toList();
        return all.isEmpty() ? BranchProgress.NONE : new Progress(all);
    }

    @Override
    public void lockConflict(String resourceId) {
        tell(listeners, listener -> listener.lockConflict(resourceId));
    }

    @Override
    public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
        tell(listeners, listener -> listener.lockWaitEnded(resourceId, nanos, obtained));
    }

    /** One that throws keeps no event from the others; what it threw is thrown at the end, to be logged. */
    private static <T> void tell(List<T> all, Consumer<T> event) {
        RuntimeException failure = null;
        for (T one : all) {
            try {
                event.accept(one);
            } catch (RuntimeException thrown) {
                failure = thrown;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private record Progress(List<BranchProgress> all) implements BranchProgress {

        @Override
        public void registered(String xid, long branchId, String lockKeys) {
            tell(all, progress -> progress.registered(xid, branchId, lockKeys));
        }

        @Override
        public void undoLogWritten(int rows, int bytes) {
            tell(all, progress -> progress.undoLogWritten(rows, bytes));
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            tell(all, progress -> progress.ended(outcome, failure));
        }
    }
}
