package dev.lockstep.spring.sight;

import dev.lockstep.port.AnswerLostException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The global transactions that this instance has begun and not ended yet, with the branches that it registered for them.
 * Looks over the shoulder of TM and RM: stands between them and the ports to the TC, and changes nothing.
 *
 * <p>Thread-safe. Bounded: what the TC never answered is forgotten some time after its timeout, and beyond a number of
 * transactions no further one is listed.
 */
public final class RunningTransactions {

    private static final int MOST = 10_000;
    private static final int MOST_BRANCHES = 1_000;
    private static final int MOST_LOCK_KEY_CHARACTERS = 500;

    /** By then the TC has rolled back what it was not asked to end. */
    private static final Duration LONGEST_AFTER_TIMEOUT = Duration.ofMinutes(5);

    /**
     * A global transaction.
     *
     * @param age since its begin
     */
    public record Transaction(
            String xid, String name, Instant begun, Duration age, Duration timeout, List<Branch> branches) {}

    /**
     * A branch of this instance.
     *
     * @param lockKeys the global locks that it holds, cut where there are many
     */
    public record Branch(long branchId, String resourceId, String lockKeys) {}

    private record Running(String name, Instant begun, long begunNanos, Duration timeout, Queue<Branch> branches) {}

    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Supplier<List<TransactionEvents>> listeners;

    /** @param listeners asked at each event, so that they need not be there at the start */
    public RunningTransactions(Supplier<List<TransactionEvents>> listeners) {
        this.listeners = listeners;
    }

    /** The oldest first. */
    public List<Transaction> list() {
        forgetOld();
        Instant now = Instant.now();
        return running.entrySet().stream()
                .map(entry -> transaction(entry.getKey(), entry.getValue(), now))
                .sorted(Comparator.comparing(Transaction::begun))
                .toList();
    }

    /** How many there are. */
    public int count() {
        return running.size();
    }

    private static Transaction transaction(String xid, Running running, Instant now) {
        return new Transaction(
                xid,
                running.name(),
                running.begun(),
                Duration.between(running.begun(), now),
                running.timeout(),
                List.copyOf(running.branches()));
    }

    private void forgetOld() {
        Instant now = Instant.now();
        running.values()
                .removeIf(transaction -> transaction
                        .begun()
                        .plus(transaction.timeout())
                        .plus(LONGEST_AFTER_TIMEOUT)
                        .isBefore(now));
    }

    private void began(String xid, String name, int timeoutMills) {
        if (running.size() >= MOST) {
            forgetOld();
        }
        if (running.size() < MOST) {
            running.put(
                    xid,
                    new Running(
                            name,
                            Instant.now(),
                            System.nanoTime(),
                            Duration.ofMillis(timeoutMills),
                            new ConcurrentLinkedQueue<>()));
        }
        listeners.get().forEach(listener -> listener.began(name));
    }

    private GlobalStatus ended(String xid, GlobalStatus status) {
        Running ended = isDecided(status) ? running.remove(xid) : null;
        if (ended != null) {
            Duration lasted = Duration.ofNanos(System.nanoTime() - ended.begunNanos());
            listeners.get().forEach(listener -> listener.ended(ended.name(), status.name(), lasted));
        }
        return status;
    }

    private static boolean isDecided(GlobalStatus status) {
        return status != GlobalStatus.Begin && status != GlobalStatus.UnKnown;
    }

    private void registered(String xid, long branchId, String resourceId, @Nullable String lockKeys) {
        Running transaction = running.get(xid);
        if (transaction != null && transaction.branches().size() < MOST_BRANCHES) {
            transaction.branches().add(new Branch(branchId, resourceId, shortened(lockKeys)));
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

    /** The port of the TM, watched. */
    public TransactionManager watch(TransactionManager tc) {
        return new TransactionManager() {
            @Override
            public String begin(String applicationId, String group, String name, int timeout)
                    throws TransactionException {
                String xid;
                try {
                    xid = tc.begin(applicationId, group, name, timeout);
                } catch (TransactionException | RuntimeException failure) {
                    listeners.get().forEach(listener -> listener.notBegun(name));
                    throw failure;
                }
                began(xid, name, timeout);
                return xid;
            }

            @Override
            public GlobalStatus commit(String xid) throws TransactionException {
                return ended(xid, tc.commit(xid));
            }

            @Override
            public GlobalStatus rollback(String xid) throws TransactionException {
                return ended(xid, tc.rollback(xid));
            }

            @Override
            public GlobalStatus getStatus(String xid) throws TransactionException {
                return tc.getStatus(xid);
            }

            @Override
            public GlobalStatus globalReport(String xid, GlobalStatus globalStatus) throws TransactionException {
                return tc.globalReport(xid, globalStatus);
            }
        };
    }

    /** The port of the RM, watched. */
    public ResourceManagerOutbound watch(ResourceManagerOutbound tc) {
        return new ResourceManagerOutbound() {
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
        };
    }
}
