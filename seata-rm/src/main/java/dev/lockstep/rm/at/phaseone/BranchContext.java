package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.branch.LocalWork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one local transaction has done for its global transaction so far. Lives from the first write to the end of the local
 * transaction. Not thread-safe, as the connection it belongs to is not; only {@link #describe}, {@link #doom} and {@link #leave} are
 * called from elsewhere.
 */
public final class BranchContext implements LocalWork {

    /** Null under a global lock alone. */
    private final @Nullable GlobalScope scope;

    private final @Nullable LockRetryLimits lockRetry;
    private final String resourceId;
    private final List<RowChange> changes = new ArrayList<>();
    private @Nullable LockConflict conflict;
    private boolean committing;
    private volatile @Nullable Throwable doomedBy;

    public BranchContext(GlobalScope scope, String resourceId) {
        this(scope, scope.lockRetry(), resourceId);
    }

    /** Of a local transaction outside any global one, whose rows must be free of global locks before it commits. */
    public BranchContext(GlobalLockScope lock, String resourceId) {
        this(null, lock.lockRetry(), resourceId);
    }

    private BranchContext(@Nullable GlobalScope scope, @Nullable LockRetryLimits lockRetry, String resourceId) {
        this.scope = scope;
        this.lockRetry = lockRetry;
        this.resourceId = resourceId;
    }

    /** Whether it belongs to no global transaction. */
    public boolean isOutside() {
        return scope == null;
    }

    /** The global transaction that this local transaction belongs to until it ends. */
    public GlobalScope scope() {
        if (scope == null) {
            throw new IllegalStateException("This local transaction belongs to no global one");
        }
        return scope;
    }

    /** The global transaction waits for it no more. May be repeated. */
    public void leave() {
        if (scope != null) {
            scope.forBranches().delist(this);
        }
    }

    /** The xid, for the TC and the undo log: begins a global transaction that has not begun. Empty outside of one. */
    public String xid() {
        return scope == null ? "" : scope.forBranches().xid();
    }

    /** Tells that a statement will make a branch of it: a global transaction that has not begun may begin meanwhile. */
    void willNeedXid() {
        if (scope != null) {
            scope.forBranches().beginAhead();
        }
    }

    /** The global transaction for messages; begins nothing. */
    public String label() {
        return scope == null ? "none" : scope.label();
    }

    /** How long to wait for rows that others hold; null, or null in part, for the RM's setting. */
    @Nullable
    LockRetryLimits lockRetry() {
        return lockRetry;
    }

    /** Keeps what a statement did; one that touched no row leaves nothing. */
    public void remember(RowChange change) {
        if (!change.isEmpty()) {
            changes.add(change);
        }
    }

    /** What was done, in order. */
    public List<RowChange> changes() {
        return changes;
    }

    /** How much was done so far, to come back to with {@link #forgetAfter}. */
    public int mark() {
        return changes.size();
    }

    /** Forgets what was done after a mark, since the database has undone it. May be repeated. */
    public void forgetAfter(int mark) {
        if (mark < changes.size()) {
            changes.subList(mark, changes.size()).clear();
        }
    }

    /** Keeps why the TC refused it rows, for whoever may do the whole of it again. */
    LockConflict refused(LockConflict met) {
        conflict = met;
        return met;
    }

    /** The last conflict over rows that it gave up; null when there was none. */
    public @Nullable LockConflict conflict() {
        return conflict;
    }

    /** The local transaction has changes that are not known here, or lost some that are: it may only be rolled back. */
    public void doom(Throwable cause) {
        if (doomedBy == null) {
            doomedBy = cause;
        }
    }

    /** Why it may only be rolled back, or null if it need not be. */
    public @Nullable Throwable doomedBy() {
        return doomedBy;
    }

    /** From here on to the end of the try its rows are made known to the TC and to the undo log: no other may come. */
    void committing(boolean now) {
        committing = now;
    }

    /** Whether it is being committed right now, on the thread that asks. */
    public boolean isCommitting() {
        return committing;
    }

    /** Whether it may only be rolled back. */
    public boolean isDoomed() {
        return doomedBy != null;
    }

    /** The database has rolled the local transaction back, or is known to have committed it: nothing of it is left to end. */
    public void ended() {
        changes.clear();
        doomedBy = null;
    }

    @Override
    public String describe() {
        return "a local transaction on " + resourceId;
    }
}
