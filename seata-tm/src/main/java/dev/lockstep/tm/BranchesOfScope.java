package dev.lockstep.tm;

import dev.lockstep.tm.branch.GlobalEnd;
import dev.lockstep.tm.branch.LocalWork;
import dev.lockstep.tm.branch.ScopeForBranches;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the RM of this process does for one {@link GlobalScope}, and learns of it. Made once with the scope. Thread-safe. */
final class BranchesOfScope implements ScopeForBranches {

    private final GlobalScope scope;

    /** Never changed, always replaced: there are none where nothing is written, and few at a time elsewhere. */
    private final AtomicReference<List<LocalWork>> localWork = new AtomicReference<>(List.of());

    /** Made when somebody asks for it. */
    private final AtomicReference<@Nullable GlobalEnd> whenOver = new AtomicReference<>();

    BranchesOfScope(GlobalScope scope) {
        this.scope = scope;
    }

    /** Adds first and looks second, while {@link GlobalScope#end} sets first and the TM looks second. */
    @Override
    public boolean enlist(LocalWork work) {
        localWork.updateAndGet(known -> with(known, work));
        if (scope.isEnded()) {
            delist(work);
            return false;
        }
        return true;
    }

    private static List<LocalWork> with(List<LocalWork> known, LocalWork work) {
        if (known.isEmpty()) {
            return List.of(work);
        }
        return known.contains(work)
                ? known
                : Stream.concat(known.stream(), Stream.of(work)).toList();
    }

    @Override
    public void delist(LocalWork work) {
        localWork.updateAndGet(known -> without(known, work));
    }

    private static List<LocalWork> without(List<LocalWork> known, LocalWork work) {
        if (!known.contains(work)) {
            return known;
        }
        return known.size() == 1
                ? List.of()
                : known.stream().filter(other -> !other.equals(work)).toList();
    }

    @Override
    public List<LocalWork> unfinished() {
        return localWork.get();
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
