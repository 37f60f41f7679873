package dev.lockstep.spring.sight;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.TransactionListener;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerOutbound;
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
 * Looks over the shoulder of the RM: stands between it and its port to the TC, and changes nothing.
 *
 * <p>Thread-safe. Bounded: branches are forgotten with their global transaction, and those beyond a number are not listed.
 */
public final class RunningTransactions implements TransactionListener {

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
    private final Supplier<List<BranchEvents>> listeners;
    /** By xid; also of xids that came from elsewhere, until there are too many. */
    private final Map<String, Queue<Branch>> branches = new ConcurrentHashMap<>();

    /**
     * @param scopes the global transactions that were begun here
     * @param listeners asked at each event, so that they need not be there at the start
     */
    public RunningTransactions(Supplier<List<GlobalScope>> scopes, Supplier<List<BranchEvents>> listeners) {
        this.scopes = scopes;
        this.listeners = listeners;
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

    private void registered(String xid, long branchId, String resourceId, @Nullable String lockKeys) {
        if (branches.size() >= MOST_TRANSACTIONS) {
            forgetEnded();
        }
        if (branches.size() < MOST_TRANSACTIONS) {
            Queue<Branch> known = branches.computeIfAbsent(xid, it -> new ConcurrentLinkedQueue<>());
            if (known.size() < MOST_BRANCHES) {
                known.add(new Branch(branchId, resourceId, shortened(lockKeys)));
            }
        }
        listeners.get().forEach(listener -> listener.branchRegistered(resourceId));
    }

    private static String shortened(@Nullable String lockKeys) {
        if (lockKeys == null) {
            return "";
        }
        return lockKeys.length() <= MOST_LOCK_KEY_CHARACTERS
                ? lockKeys
                : lockKeys.substring(0, MOST_LOCK_KEY_CHARACTERS) + "...";
    }

    private void notRegistered(String resourceId, TransactionException failure) {
        String reason = failure instanceof AnswerLostException
                ? "AnswerLost"
                : failure.getCode().name();
        listeners.get().forEach(listener -> listener.branchNotRegistered(resourceId, reason));
    }

    /** The port of the RM, watched; it answers the same questions as the one given. */
    public ResourceManagerOutbound watch(ResourceManagerOutbound tc) {
        return tc instanceof GlobalStatusQuery query ? new WatchedWithStatus(tc, query) : new Watched(tc);
    }

    private class Watched implements ResourceManagerOutbound {

        private final ResourceManagerOutbound tc;

        Watched(ResourceManagerOutbound tc) {
            this.tc = tc;
        }

        @Override
        public Long branchRegister(
                BranchType branchType,
                String resourceId,
                String clientId,
                String xid,
                String applicationData,
                String lockKeys)
                throws TransactionException {
            Long branchId;
            try {
                branchId = tc.branchRegister(branchType, resourceId, clientId, xid, applicationData, lockKeys);
            } catch (TransactionException failure) {
                notRegistered(resourceId, failure);
                throw failure;
            }
            registered(xid, branchId, resourceId, lockKeys);
            return branchId;
        }

        @Override
        public void branchReport(
                BranchType branchType, String xid, long branchId, BranchStatus status, String applicationData)
                throws TransactionException {
            tc.branchReport(branchType, xid, branchId, status, applicationData);
        }

        @Override
        public boolean lockQuery(BranchType branchType, String resourceId, String xid, String lockKeys)
                throws TransactionException {
            return tc.lockQuery(branchType, resourceId, xid, lockKeys);
        }
    }

    private final class WatchedWithStatus extends Watched implements GlobalStatusQuery {

        private final GlobalStatusQuery query;

        WatchedWithStatus(ResourceManagerOutbound tc, GlobalStatusQuery query) {
            super(tc);
            this.query = query;
        }

        @Override
        public GlobalStatus statusAtHome(String xid) throws TransactionException {
            return query.statusAtHome(xid);
        }
    }
}
