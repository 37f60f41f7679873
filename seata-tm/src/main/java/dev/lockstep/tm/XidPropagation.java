package dev.lockstep.tm;

import io.seata.core.context.RootContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a global transaction from one process to the next and back: the names of the headers, the form an xid must have,
 * and the binding of a foreign xid to a thread for as long as a call lasts.
 *
 * <p>An integration sends the headers of an {@link OutgoingCall} and gives it the answer. On the other side it calls {@link
 * #join(String, Duration, GlobalTransactions)} and lets {@link Joined#onRollbackOnly} put the answer's header; where a call
 * moves from thread to thread, it makes an {@link IncomingCall}.
 */
public final class XidPropagation {

    /** The header that carries the xid, in HTTP as in the RPC integrations of the official client. */
    public static final String HEADER = RootContext.KEY_XID;

    /** The header that tells a participant how many milliseconds are left until the TC rolls back. Ours alone. */
    public static final String REMAINING_HEADER = "Lockstep-Remaining-Millis";

    /** The header of an answer by which a participant says why the global transaction must not commit. Ours alone. */
    public static final String ROLLBACK_ONLY_HEADER = "Lockstep-Rollback-Only";

    /**
     * The header of an answer by which a participant says that it had the TC roll all of it back, and that the TC has done
     * so; beside {@link #ROLLBACK_ONLY_HEADER}, where the answer had not begun to leave before. Ours alone.
     */
    public static final String ROLLED_BACK_HEADER = "Lockstep-Rolled-Back";

    /** The official database schema of the TC has 128 characters for an xid. */
    static final int MAX_XID_LENGTH = 128;

    /** A header is no place for a novel, and reasons may come from exceptions. */
    private static final int MAX_REASON_LENGTH = 200;

    /** More than any timeout, which is an int of milliseconds, and few enough digits to be a long. */
    private static final int MAX_REMAINING_DIGITS = 12;

    private XidPropagation() {}

    /**
     * The xid to send along with an outgoing call, or null when the thread works for no global transaction. Begins a lazy
     * one.
     *
     * @throws GlobalTransactionException if it cannot be begun: the call must not be made
     */
    public static @Nullable String outgoing() {
        GlobalScope scope = GlobalScope.current();
        return scope == null ? null : scope.xid();
    }

    /** The value of {@link #REMAINING_HEADER} for an outgoing call, or null when nothing is known of it. */
    public static @Nullable String outgoingRemaining() {
        GlobalScope scope = GlobalScope.current();
        Duration remaining = scope == null ? null : scope.remaining();
        return remaining == null ? null : Long.toString(remaining.toMillis());
    }

    /** What {@link #REMAINING_HEADER} of an incoming call says; null for what is no such value, which does no harm. */
    public static @Nullable Duration remaining(@Nullable String header) {
        return header != null && header.length() <= MAX_REMAINING_DIGITS && isNumber(header, 0, header.length())
                ? Duration.ofMillis(Long.parseLong(header))
                : null;
    }

    /**
     * Takes note of what a participant answered to a call of this thread, as {@link OutgoingCall#answered} does.
     *
     * @param rollbackOnly the value of {@link #ROLLBACK_ONLY_HEADER}, null when there was none
     */
    public static void answered(@Nullable String rollbackOnly) {
        GlobalScope scope = GlobalScope.current();
        if (scope != null && rollbackOnly != null) {
            OutgoingCall.of(scope).answered(name -> name.equals(ROLLBACK_ONLY_HEADER) ? rollbackOnly : null);
        }
    }

    /** Whether a text has the form {@code host:port:number} and at most 128 characters. */
    public static boolean isWellFormed(String xid) {
        int lastColon = xid.lastIndexOf(':');
        int portColon = lastColon < 1 ? -1 : xid.lastIndexOf(':', lastColon - 1);
        return xid.length() <= MAX_XID_LENGTH
                && portColon > 0
                && isNumber(xid, portColon + 1, lastColon)
                && isNumber(xid, lastColon + 1, xid.length());
    }

    private static boolean isNumber(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return false;
            }
        }
        return from < to;
    }

    /** Of a text from anywhere, what may stand in a header: printable ASCII, and not much of it. */
    static String headerValue(String reason) {
        var value = new StringBuilder();
        reason.codePoints()
                .limit(MAX_REASON_LENGTH)
                .map(character -> character < ' ' || character > '~' ? '?' : character)
                .forEach(value::appendCodePoint);
        return value.toString();
    }

    /** As {@link #join(String, Duration, GlobalTransactions)}, knowing no more than the xid. */
    public static Joined join(@Nullable String xid) {
        return join(xid, null, null);
    }

    /**
     * Binds the xid of an incoming call to this thread until the returned handle is closed on the same thread; then what was
     * bound before is bound again, nothing in the usual case.
     *
     * @param xid from the caller; null binds nothing and shields the call from anything left on the thread
     * @param remaining what the caller said of the time that is left; null when nothing
     * @param transactions asks the TC to roll back at the end of the call if it was marked rollback-only here; null leaves
     *     that to the launcher
     * @throws IllegalArgumentException if the xid is not {@linkplain #isWellFormed well-formed}; nothing is bound then
     */
    public static Joined join(
            @Nullable String xid, @Nullable Duration remaining, @Nullable GlobalTransactions transactions) {
        return new Joined(xid == null ? null : new IncomingCall(xid, remaining, transactions), true);
    }

    /**
     * Binds a call to this thread until the returned handle is closed on the same thread, which does not end the call: for one
     * of several threads that work for it, or one after the other.
     *
     * @param call null binds nothing and shields the work from anything left on the thread
     */
    public static Joined bind(@Nullable IncomingCall call) {
        return new Joined(call, false);
    }

    /** A foreign xid bound to a thread. To be closed by the thread that opened it. */
    public static final class Joined implements AutoCloseable {

        private final @Nullable IncomingCall call;
        private final boolean endsCall;
        private final ScopeContextCore.Surrounding surrounding;
        private boolean closed;

        private Joined(@Nullable IncomingCall call, boolean endsCall) {
            this.call = call;
            this.endsCall = endsCall;
            this.surrounding = ScopeContextCore.enterAlone(call == null ? null : call.scope());
        }

        /**
         * Tells, with the value for {@link #ROLLBACK_ONLY_HEADER}, that the global transaction must not commit: at once when
         * that is decided, since the answer may be on its way before the call ends; perhaps twice.
         */
        public void onRollbackOnly(Consumer<String> listener) {
            if (call != null) {
                call.onRollbackOnly(listener);
            }
        }

        /**
         * Unbinds the xid, then ends the call as {@link IncomingCall#close} does, unless it was only {@linkplain #bind bound}.
         * Closing again does nothing.
         */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            ScopeContextCore.leave(surrounding);
            if (call != null && endsCall) {
                call.close();
            }
        }
    }
}
