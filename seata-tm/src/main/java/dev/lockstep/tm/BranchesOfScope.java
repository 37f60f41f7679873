package dev.lockstep.tm;

import dev.lockstep.tm.branch.GlobalEnd;
import dev.lockstep.tm.branch.LocalWork;
import dev.lockstep.tm.branch.ScopeForBranches;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the RM of this process does for one {@link GlobalScope}, and learns of it. Made once with the scope. Thread-safe. */
final class BranchesOfScope implements ScopeForBranches {

    private final GlobalScope scope;
    private final Set<LocalWork> localWork = ConcurrentHashMap.newKeySet();

    /** Made when somebody asks for it. */
    private final AtomicReference<@Nullable GlobalEnd> whenOver = new AtomicReference<>();

    BranchesOfScope(GlobalScope scope) {
        this.scope = scope;
    }

    /** Adds first and looks second, while {@link GlobalScope#end} sets first and the TM looks second. */
    @Override
    public boolean enlist(LocalWork work) {
        localWork.add(work);
        if (scope.isEnded()) {
            localWork.remove(work);
            return false;
        }
        return true;
    }

    @Override
    public void delist(LocalWork work) {
        localWork.remove(work);
    }

    @Override
    public List<LocalWork> unfinished() {
        return List.copyOf(localWork);
    }

    @Override
    public void beginAhead() {
        scope.beginAhead();
    }

    @Override
    public @Nullable CompletableFuture<String> xidOnItsWay() {
        return scope.xidOnItsWay();
    }

    @Override
    public String xid() {
        scope.evidence().usedHere();
        String known = scope.xidIfBegun();
        return known == null ? scope.begin() : known;
    }

    @Override
    public void registered(long branchId) {
        if (scope.isLauncher()) {
            scope.evidence().registered(branchId);
        }
    }

    @Override
    public @Nullable GlobalEnd whenOver() {
        if (!scope.isLauncher()) {
            return null;
        }
        GlobalEnd known = whenOver.get();
        if (known != null) {
            return known;
        }
        GlobalEnd made = new GlobalEnd();
        return whenOver.compareAndSet(null, made) ? made : whenOver.get();
    }

    /** The TC has answered, or is asked no more. */
    void over() {
        GlobalEnd awaited = whenOver.get();
        if (awaited != null) {
            awaited.reached();
        }
    }
}
