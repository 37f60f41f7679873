package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.LocalWork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one local transaction has done for its global transaction so far. Lives from the first write to the end of the local
 * transaction. Not thread-safe, as the connection it belongs to is not; only {@link #describe} and {@link #doom} are called from
 * elsewhere.
 */
public final class BranchContext implements LocalWork {

    private final GlobalScope scope;
    private final String resourceId;
    private final List<RowChange> changes = new ArrayList<>();
    private volatile @Nullable Throwable doomedBy;

    public BranchContext(GlobalScope scope, String resourceId) {
        this.scope = scope;
        this.resourceId = resourceId;
    }

    /** The global transaction that this local transaction belongs to until it ends. */
    public GlobalScope scope() {
        return scope;
    }

    /** The xid, for the TC and the undo log: begins a global transaction that has not begun. */
    public String xid() {
        return scope.xid();
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

    /** The local transaction has changes that are not known here, or lost some that are: it may only be rolled back. */
    public void doom(Throwable cause) {
        if (doomedBy == null) {
            doomedBy = cause;
        }
    }

    @Nullable
    Throwable doomedBy() {
        return doomedBy;
    }

    /** Whether it may only be rolled back. */
    public boolean isDoomed() {
        return doomedBy != null;
    }

    /** The database has rolled the local transaction back. */
    public void rolledBack() {
        changes.clear();
        doomedBy = null;
    }

    @Override
    public String describe() {
        return "a local transaction on " + resourceId;
    }
}
