package dev.lockstep.tm;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call to another process for a global transaction: the headers that travel with it, and what its answer says. The answer
 * may arrive on any thread, and counts for the global transaction that the call was made for. Thread-safe.
 */
public final class OutgoingCall {

    private final GlobalScope scope;
    private final String xid;

    private OutgoingCall(GlobalScope scope) {
        this.scope = scope;
        this.xid = scope.xid();
    }

    /**
     * A call made by this thread, or null when it works for no global transaction. Begins a lazy one.
     *
     * @throws GlobalTransactionException if it cannot be begun: the call must not be made
     */
    public static @Nullable OutgoingCall ofThread() {
        GlobalScope scope = GlobalScope.current();
        return scope == null ? null : of(scope);
    }

    static OutgoingCall of(GlobalScope scope) {
        return new OutgoingCall(scope);
    }

    /** What travels with the call; each replaces whatever the call has under its name. */
    public Map<String, String> headers() {
        Duration remaining = scope.remaining();
        return remaining == null
                ? Map.of(XidPropagation.HEADER, xid)
                : Map.of(
                        XidPropagation.HEADER,
                        xid,
                        XidPropagation.REMAINING_HEADER,
                        Long.toString(remaining.toMillis()));
    }

    /**
     * Takes note of what the participant answered: {@link XidPropagation#ROLLBACK_ONLY_HEADER} forbids the commit of the
     * global transaction, and {@link XidPropagation#ROLLED_BACK_HEADER} beside it proves that it is rolled back, should the
     * TC have forgotten it.
     *
     * @param header gives the value of a header of the answer, null where it has none of that name
     */
    public void answered(Function<String, @Nullable String> header) {
        String rollbackOnly = header.apply(XidPropagation.ROLLBACK_ONLY_HEADER);
        if (rollbackOnly != null) {
            scope.evidence().rollbackAnnounced();
            scope.setRollbackOnly(
                    "a service that took part in it answered: " + XidPropagation.headerValue(rollbackOnly));
            if (header.apply(XidPropagation.ROLLED_BACK_HEADER) != null) {
                scope.evidence().toldRolledBack();
            }
        }
    }
}
