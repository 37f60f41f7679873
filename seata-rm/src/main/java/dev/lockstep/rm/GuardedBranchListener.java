package dev.lockstep.rm;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rm.event.RepeatedTrouble;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the application's listener throws from the work it is told of. Thread-safe if the listener is. */
final class GuardedBranchListener implements BranchListener {

    private static final Logger log = LoggerFactory.getLogger(GuardedBranchListener.class);

    private final BranchListener listener;
    private final AtomicBoolean complained = new AtomicBoolean();

    private GuardedBranchListener(BranchListener listener) {
        this.listener = listener;
    }

    static BranchListener around(BranchListener listener) {
        return listener == NONE ? NONE : new GuardedBranchListener(listener);
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        try {
            BranchProgress progress = listener.branchBegins(resourceId);
            return progress == BranchProgress.NONE ? progress : new Guarded(progress);
        } catch (Throwable e) {
            complain(e);
            return BranchProgress.NONE;
        }
    }

    @Override
    public void lockConflict(String resourceId) {
        guard(() -> listener.lockConflict(resourceId));
    }

    @Override
    public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
        guard(() -> listener.lockWaitEnded(resourceId, nanos, obtained));
    }

    @Override
    public void troubled(RepeatedTrouble trouble, @Nullable String resourceId) {
        guard(() -> listener.troubled(trouble, resourceId));
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            complain(e);
        }
    }

    private void complain(Throwable e) {
        if (complained.compareAndSet(false, true)) {
            log.warn("[rm] The listener {} threw; what it throws further is not logged.", listener, e);
        }
    }

    private final class Guarded implements BranchProgress {

        private final BranchProgress progress;

        Guarded(BranchProgress progress) {
            this.progress = progress;
        }

        @Override
        public void registered(String xid, long branchId, String lockKeys) {
            guard(() -> progress.registered(xid, branchId, lockKeys));
        }

        @Override
        public void undoLogWritten(int rows, int bytes) {
            guard(() -> progress.undoLogWritten(rows, bytes));
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            guard(() -> progress.ended(outcome, failure));
        }
    }
}
