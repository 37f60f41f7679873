package dev.lockstep.spring.testing;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * The global transactions that the application has launched since its start or the last {@link #forget}; a bean of every
 * test that is {@link WithTc}. Thread-safe.
 */
public final class SeenTransactions implements TransactionListener, BranchListener {

    private final ApplicationContext application;
    private final List<Launched> launched = new CopyOnWriteArrayList<>();
    private final List<Branch> branches = new CopyOnWriteArrayList<>();

    SeenTransactions(ApplicationContext application) {
        this.application = application;
    }

    /** All of them, in the order of their beginning. */
    public List<SeenTransaction> all() {
        return launched.stream().map(this::seen).toList();
    }

    /**
     * The one launched last.
     *
     * @throws AssertionError if there is none
     */
    public SeenTransaction last() {
        List<SeenTransaction> all = all();
        if (all.isEmpty()) {
            throw new AssertionError(
                    "No global transaction was launched. Is the method that should be one annotated, and"
                            + " called from another bean?");
        }
        return all.get(all.size() - 1);
    }

    /** Says what is expected of the one launched last; fails if there is none. */
    public TransactionAssert assertLast() {
        return assertThat(last());
    }

    /** Says what is expected of one. */
    public TransactionAssert assertThat(SeenTransaction transaction) {
        return new TransactionAssert(transaction, new Leftovers(application));
    }

    ApplicationContext application() {
        return application;
    }

    /** Forgets those seen so far, for the next test. */
    public void forget() {
        launched.clear();
        branches.clear();
    }

    private SeenTransaction seen(Launched one) {
        String xid = one.scope.xidIfBegun();
        List<SeenTransaction.Branch> own = new ArrayList<>();
        for (Branch branch : branches) {
            if (branch.xid.equals(xid)) {
                own.add(new SeenTransaction.Branch(branch.id, branch.resourceId, branch.lockKeys, branch.way.outcome));
            }
        }
        return new SeenTransaction(xid, one.scope.name(), one.outcome, one.scope.failure(), own);
    }

    @Override
    public void launched(GlobalScope scope) {
        launched.add(new Launched(scope));
    }

    @Override
    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
        for (Launched one : launched) {
            if (one.scope == scope) {
                one.outcome = outcome;
            }
        }
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        return new Way(resourceId);
    }

    private static final class Launched {

        private final GlobalScope scope;
        private volatile @Nullable GlobalOutcome outcome;

        Launched(GlobalScope scope) {
            this.scope = scope;
        }
    }

    private record Branch(String xid, long id, String resourceId, String lockKeys, Way way) {}

    /** A local transaction on its way to a branch. */
    private final class Way implements BranchProgress {

        private final String resourceId;
        private volatile @Nullable Outcome outcome;

        Way(String resourceId) {
            this.resourceId = resourceId;
        }

        @Override
        public void registered(String xid, long branchId, String lockKeys) {
            branches.add(new Branch(xid, branchId, resourceId, lockKeys, this));
        }

        @Override
        public void ended(Outcome how, @Nullable Throwable failure) {
            outcome = how;
        }
    }
}
