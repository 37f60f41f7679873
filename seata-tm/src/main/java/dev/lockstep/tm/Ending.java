package dev.lockstep.tm;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import org.jspecify.annotations.Nullable;

/** Asks the TC for the end of one global transaction, and keeps what is known of it so far. Not thread-safe; used once. */
final class Ending {

    private final TransactionManager coordinator;
    private final String xid;
    private final GlobalScope scope;
    private final Answer.Wish wish;

    private @Nullable GlobalStatus status;
    private @Nullable Throwable trouble;

    /** Whether a request to end it may have been executed. */
    private boolean mayHaveArrived;

    /** Whether such a request was not answered. */
    private boolean lost;

    Ending(TransactionManager coordinator, String xid, GlobalScope scope, Answer.Wish wish) {
        this.coordinator = coordinator;
        this.xid = xid;
        this.scope = scope;
        this.wish = wish;
    }

    /** @param tries rounds in which the TC may have been reached */
    EndResult askUntilDecided(Repetition.Course course, int tries) {
        int reached = 0;
        while (reached < tries && course.next()) {
            try {
                reached++;
                GlobalOutcome decided = lookUp();
                if (decided == null) {
                    decided = ask();
                }
                if (decided != null) {
                    return new EndResult(decided, status, trouble);
                }
            } catch (TcUnreachableException unreachable) {
                trouble = unreachable;
                reached--;
            } catch (UnsendableRequestException unsendable) {
                trouble = unsendable;
                break;
            } catch (TransactionException | RuntimeException | Error notLookedUp) {
                trouble = notLookedUp;
            }
        }
        return new EndResult(mayHaveArrived ? GlobalOutcome.UNKNOWN : GlobalOutcome.LEFT_TO_TIMEOUT, status, trouble);
    }

    /**
     * A commit that may have been executed is not repeated blindly: a TC 1.4.x that is asked to commit a global transaction
     * which it is rolling back frees its locks. To repeat a rollback does no harm.
     */
    private @Nullable GlobalOutcome lookUp() throws TransactionException {
        if (wish == Answer.Wish.ROLLBACK || !mayHaveArrived) {
            return null;
        }
        status = coordinator.getStatus(xid);
        return new Answer(status, false, lost).decides(wish, scope);
    }

    private @Nullable GlobalOutcome ask() throws TcUnreachableException, UnsendableRequestException {
        try {
            status = send();
            mayHaveArrived = true;
            return new Answer(status, false, lost).decides(wish, scope);
        } catch (TcRefusedException refused) {
            mayHaveArrived = true;
            trouble = refused;
            status = refused.globalStatus();
            return new Answer(status, true, lost).decides(wish, scope);
        } catch (TcUnreachableException | UnsendableRequestException notSent) {
            throw notSent;
        } catch (TransactionException | RuntimeException | Error unanswered) {
            // AnswerLostException, or one of another transport that does not say what is known. A fault of the
            // transport counts as that too: thrown on, it would take the place of the failure of the caller's work.
            mayHaveArrived = true;
            lost = true;
            trouble = unanswered;
            return null;
        }
    }

    private @Nullable GlobalStatus send() throws TransactionException {
        return wish == Answer.Wish.COMMIT ? coordinator.commit(xid) : coordinator.rollback(xid);
    }
}
