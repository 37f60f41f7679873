package dev.lockstep.tm;

import dev.lockstep.tm.branch.LocalWork;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call from another process for a global transaction, bound to no thread: for frameworks whose calls move from thread to
 * thread. Each thread takes up {@link #handover} while it works for the call. Where a call stays on its thread, {@link
 * XidPropagation#join} does that by itself. Thread-safe.
 */
public final class IncomingCall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);

    private final GlobalScope scope;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param remaining what the caller said of the time that is left; null when nothing
     * @param transactions asks the TC to roll back at the end of the call if it was marked rollback-only here; null leaves
     *     that to the launcher
     * @throws IllegalArgumentException if the xid is not {@linkplain XidPropagation#isWellFormed well-formed}
     */
    public IncomingCall(String xid, @Nullable Duration remaining, @Nullable GlobalTransactions transactions) {
        if (!XidPropagation.isWellFormed(xid)) {
            throw new IllegalArgumentException("A call came with a malformed " + XidPropagation.HEADER + " of "
                    + xid.length()
                    + " characters and was not run: running it outside its global transaction would write without undo."
                    + " An xid has the form host:port:number.");
        }
        Deadline deadline = remaining == null ? Deadline.NONE : Deadline.after(remaining, System.nanoTime());
        this.scope = GlobalScope.called(xid, deadline);
        if (transactions != null) {
            scope.canBeRolledBackBy(transactions);
        }
    }

    /** What a thread takes up to work for this call. */
    public ScopeHandover handover() {
        return ScopeHandover.of(scope);
    }

    GlobalScope scope() {
        return scope;
    }

    /**
     * The value for the answer's {@link XidPropagation#ROLLBACK_ONLY_HEADER}; null while the global transaction may commit.
     * Where there is one, {@link #close} waits for the TC.
     */
    public @Nullable String rollbackOnly() {
        String reason = scope.rollbackOnlyReason();
        return reason == null ? null : XidPropagation.headerValue(reason);
    }

    /**
     * Whether the end of the call has had the TC roll all of it back: then the answer, if it has not begun to leave, says so by
     * {@link XidPropagation#ROLLED_BACK_HEADER}.
     */
    public boolean isRolledBack() {
        return scope.isRolledBackFromHere();
    }

    /**
     * Tells of {@link #rollbackOnly} as soon as there is one, until the call ends; perhaps twice. There is one listener, the
     * last. What it throws is logged.
     */
    public void onRollbackOnly(Consumer<String> listener) {
        scope.onRollbackOnly(reason -> {
            try {
                listener.accept(XidPropagation.headerValue(reason));
            } catch (Throwable notTold) {
                LOG.warn(
                        "[{}] The answer to a call could not be told that the global transaction must not commit: {}",
                        scope.label(),
                        reason,
                        notTold);
            }
        });
    }

    /**
     * The call has ended. Where the global transaction was marked rollback-only, the TC is asked to roll back, and waited for.
     * Local work still open is logged, because its branch may register too late. Work that goes on and takes part by a
     * definition asks the TC by itself, if it forbids the commit later. Closing again does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        scope.callEnds(reason -> LOG.warn(
                "[{}] must not be committed: {}. The call that brought it here has ended, so no answer says that; the TC is"
                        + " asked to roll back when work here that takes part by @GlobalTransactional ends and leaves no"
                        + " local transaction open. Let the call wait for all of its work.",
                scope.label(),
                reason));
        if (!scope.unfinishedLocalWork().isEmpty()) {
            LOG.warn(
                    "[{}] The call ends while {} local transaction(s) that wrote for it are open: {}. They fail if the"
                            + " global transaction ends before they do.",
                    scope.label(),
                    scope.unfinishedLocalWork().size(),
                    scope.unfinishedLocalWork().stream()
                            .map(LocalWork::describe)
                            .toList());
        }
        scope.endParticipation(true);
    }
}
