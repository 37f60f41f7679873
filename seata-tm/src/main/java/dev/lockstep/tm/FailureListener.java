package dev.lockstep.tm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is told when a global transaction could not be begun or did not end as it should: the place for an alarm. A rollback that
 * went well is no such failure, whatever made it necessary.
 *
 * <p>Called on the thread of the failure, before the caller is told, with no global transaction bound: what it writes or calls is
 * its own. What it throws is added to the failure.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface FailureListener {

    /** Writes a log line where the caller's own exception would not show the trouble, or where somebody must act. */
    FailureListener LOGGING = new FailureListener() {

        private final Logger log = LoggerFactory.getLogger(FailureListener.class);

        @Override
        public void failed(String name, GlobalOutcome outcome, GlobalTransactionException trouble) {
            String xid = trouble.xid() == null ? "no xid" : trouble.xid();
            switch (outcome) {
                case HALF_DONE, UNKNOWN ->
                    log.error("[{}] Global transaction '{}', {}: {}", xid, name, outcome, trouble.words());
                case ROLLING_BACK, LEFT_TO_TIMEOUT ->
                    log.warn("[{}] Global transaction '{}', {}: {}", xid, name, outcome, trouble.words());
                default -> log.debug("[{}] Global transaction '{}', {}: {}", xid, name, outcome, trouble.words());
            }
        }
    };

    /**
     * @param name of the definition
     * @param outcome what is known now
     * @param trouble what happened, with the xid; what the caller is told, or what is added to the failure of his work
     */
    void failed(String name, GlobalOutcome outcome, GlobalTransactionException trouble);
}
