package dev.lockstep.spring.sight;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The global transactions that this instance has begun and not ended yet, with the branches that it registered for them.
 * Listens to TM and RM, and changes nothing.
 *
 * <p>Thread-safe. Bounded: branches are forgotten with their global transaction, and those beyond a number are not listed.
 */
public final class RunningTransactions implements TransactionListener, BranchListener {

    private static final int MOST_TRANSACTIONS = 10_000;
    private static final int MOST_BRANCHES = 1_000;
    private static final int MOST_LOCK_KEY_CHARACTERS = 500;

    /**
     * A global transaction.
     *
     * @param xid null while the TC has not been asked for it, because nothing has needed it yet
     * @param remaining until the TC rolls it back
     */
    public record Transaction(
            @Nullable String xid,
            String name,
            Duration age,
            @Nullable Duration remaining,
            List<Branch> branches) {}

    /**
     * A branch of this instance.
     *
     * @param lockKeys the global locks that it holds, cut where there are many
     */
    public record Branch(long branchId, String resourceId, String lockKeys) {}

    private final Supplier<List<GlobalScope>> scopes;
    /** By xid; also of xids that came from elsewhere, until there are too many. */
    private final Map<String, Queue<Branch>> branches = new ConcurrentHashMap<>();

    /** @param scopes the global transactions that were begun here */
    public RunningTransactions(Supplier<List<GlobalScope>> scopes) {
        this.scopes = scopes;
    }

    /** The oldest first. */
    public List<Transaction> list() {
        return scopes.get().stream()
                .map(this::transaction)
                .sorted(Comparator.comparing(Transaction::age).reversed())
                .toList();
    }

    /** How many there are. */
    public int count() {
        return scopes.get().size();
    }

    private Transaction transaction(GlobalScope scope) {
        String xid = scope.xidIfBegun();
        Queue<Branch> known = xid == null ? null : branches.get(xid);
        return new Transaction(
                xid, scope.name(), scope.age(), scope.remaining(), known == null ? List.of() : List.copyOf(known));
    }

    private void forgetEnded() {
        Set<String> alive = scopes.get().stream()
                .map(GlobalScope::xidIfBegun)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        branches.keySet().removeIf(xid -> !alive.contains(xid));
    }

    @Override
    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
        String xid = scope.xidIfBegun();
        if (xid != null) {
            branches.remove(xid);
        }
    }

    @Override
    public BranchProgress branchBegins(String resourceId) {
        return new BranchProgress() {
            @Override
            public void registered(String xid, long branchId, String lockKeys) {
                add(xid, new Branch(branchId, resourceId, shortened(lockKeys)));
            }
        };
    }

    private void add(String xid, Branch branch) {
        if (branches.size() >= MOST_TRANSACTIONS) {
            forgetEnded();
        }
        if (branches.size() < MOST_TRANSACTIONS) {
            Queue<Branch> known = branches.computeIfAbsent(xid, it -> new ConcurrentLinkedQueue<>());
            if (known.size() < MOST_BRANCHES) {
                known.add(branch);
            }
        }
    }

    private static String shortened(String lockKeys) {
        return lockKeys.length() <= MOST_LOCK_KEY_CHARACTERS
                ? lockKeys
                : lockKeys.substring(0, MOST_LOCK_KEY_CHARACTERS) + "...";
    }
}
