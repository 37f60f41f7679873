package dev.lockstep.tm;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends global transactions at the TC: knows which request may be repeated and what each answer means.
 *
 * <p>Called by {@link GlobalTransactionTemplate}. Blocks while the TC works, within the timeouts of the transport times
 * the number of tries. Thread-safe.
 */
public final class GlobalTransactions {

    private final TransactionManager coordinator;
    private final TmOptions options;

    /** @param coordinator the way to the TC; its timeouts bound every single request */
    public GlobalTransactions(TransactionManager coordinator, TmOptions options) {
        this.coordinator = coordinator;
        this.options = options;
    }

    /**
     * Begins a global transaction. Never repeated: a begin whose answer is lost leaves an empty global transaction at the
     * TC, which times out and holds nothing.
     *
     * @throws TcUnavailableException if there is none now; nothing was done
     */
    GlobalScope begin(GlobalTransactionDefinition definition) {
        Duration timeout = definition.timeout() == null ? options.defaultTimeout() : definition.timeout();
        Deadline deadline = Deadline.after(timeout, System.nanoTime());
        try {
            String xid = coordinator.begin(
                    options.applicationId(), options.transactionServiceGroup(), definition.name(), (int)
                            Math.min(timeout.toMillis(), Integer.MAX_VALUE));
            return GlobalScope.launched(xid, deadline, definition.lockRetry());
        } catch (TransactionException refusedOrLost) {
            throw new TcUnavailableException(
                    "Global transaction '" + definition.name() + "' was not begun and its code has not run: "
                            + refusedOrLost.getMessage(),
                    refusedOrLost);
        }
    }

    /**
     * Asks the TC to commit, until its answer decides or the tries are used up. Repeating is safe: a TC that has decided
     * answers its decision again, and keeps an AT session for about a second after the commit.
     */
    Outcome commit(String xid) {
        return askUntilDecided(options.commitTries(), () -> coordinator.commit(xid), StatusMeaning.COMMITTED);
    }

    /** Asks the TC to roll back, until its answer decides or the tries are used up. Repeating is safe. */
    Outcome rollback(String xid) {
        return askUntilDecided(options.rollbackTries(), () -> coordinator.rollback(xid), StatusMeaning.ROLLED_BACK);
    }

    @FunctionalInterface
    private interface Request {
        GlobalStatus send() throws TransactionException;
    }

    private Outcome askUntilDecided(int tries, Request request, StatusMeaning wanted) {
        boolean mayHaveArrived = false;
        GlobalStatus status = null;
        Exception trouble = null;
        for (int attempt = 1; attempt <= tries; attempt++) {
            pauseBefore(attempt);
            try {
                status = request.send();
                mayHaveArrived = true;
            } catch (TcRefusedException refused) {
                mayHaveArrived = true;
                trouble = refused;
                status = refused.globalStatus();
            } catch (TcUnreachableException unreachable) {
                trouble = unreachable;
                continue;
            } catch (UnsendableRequestException unsendable) {
                trouble = unsendable;
                break;
            } catch (TransactionException | RuntimeException other) {
                // AnswerLostException, or one of another transport that does not say what is known. A fault of the
                // transport counts as that too: thrown on, it would take the place of the failure of the caller's work.
                mayHaveArrived = true;
                trouble = other;
                continue;
            }
            Outcome.Kind decided = status == null ? null : decision(status, wanted);
            if (decided != null) {
                return new Outcome(decided, status, trouble);
            }
        }
        return new Outcome(mayHaveArrived ? Outcome.Kind.UNKNOWN : Outcome.Kind.NEVER_ASKED, status, trouble);
    }

    /**
     * A forgotten xid means different things: after our rollback request it can only have been rolled back, since nobody
     * but us commits it; after our commit request it may have been either.
     */
    private static Outcome.@Nullable Kind decision(GlobalStatus status, StatusMeaning wanted) {
        return switch (StatusMeaning.of(status)) {
            case COMMITTED -> Outcome.Kind.COMMITTED;
            case ROLLED_BACK -> Outcome.Kind.ROLLED_BACK;
            case ROLLING_BACK -> Outcome.Kind.ROLLING_BACK;
            case HALF_DONE -> Outcome.Kind.HALF_DONE;
            case FORGOTTEN -> wanted == StatusMeaning.ROLLED_BACK ? Outcome.Kind.ROLLED_BACK : Outcome.Kind.UNKNOWN;
            case UNDECIDED -> null;
        };
    }

    /** The second try follows at once, because most losses are one broken connection; later ones back off with jitter. */
    private void pauseBefore(int attempt) {
        if (attempt <= 2) {
            return;
        }
        long doubled = options.firstPause().toNanos() << Math.min(attempt - 3, 20);
        long bounded = Math.min(doubled, TmOptions.LONGEST_PAUSE.toNanos());
        if (bounded > 0) {
            LockSupport.parkNanos(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
        }
    }
}
