package dev.lockstep.tm;

import io.seata.core.context.RootContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the xid from one process to the next: the name of the header, the form an xid must have, and the binding of
 * a foreign xid to a thread for as long as a call lasts.
 */
public final class XidPropagation {

    /** The header that carries the xid, in HTTP as in the RPC integrations of the official client. */
    public static final String HEADER = RootContext.KEY_XID;

    /** The official database schema of the TC has 128 characters for an xid. */
    static final int MAX_XID_LENGTH = 128;

    private static final Logger LOG = LoggerFactory.getLogger(XidPropagation.class);

    private XidPropagation() {}

    /** The xid to send along with an outgoing call, or null when the thread works for no global transaction. */
    public static @Nullable String outgoing() {
        GlobalScope scope = GlobalScope.current();
        return scope == null ? null : scope.xid();
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

    /**
     * Binds the xid of an incoming call to this thread until the returned handle is closed on the same thread; then
     * what was bound before is bound again, nothing in the usual case.
     *
     * @param xid from the caller; null binds nothing and shields the call from anything left on the thread
     * @throws IllegalArgumentException if the xid is not {@linkplain #isWellFormed well-formed}; nothing is bound then
     */
    public static Joined join(@Nullable String xid) {
        if (xid == null) {
            return new Joined(null);
        }
        if (!isWellFormed(xid)) {
            throw new IllegalArgumentException("A call came with a malformed " + HEADER + " of " + xid.length()
                    + " characters and was not run: running it outside its global transaction would write without undo."
                    + " An xid has the form host:port:number.");
        }
        return new Joined(GlobalScope.joined(xid));
    }

    /** A foreign xid bound to a thread. To be closed by the thread that opened it. */
    public static final class Joined implements AutoCloseable {

        private final @Nullable GlobalScope scope;
        private final ScopeContextCore.Surrounding surrounding;
        private boolean closed;

        private Joined(@Nullable GlobalScope scope) {
            this.scope = scope;
            this.surrounding = ScopeContextCore.enterAlone(scope);
        }

        /**
         * Unbinds the xid. Local work still open is logged, because its branch may register too late. Closing again does
         * nothing.
         */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            ScopeContextCore.leave(surrounding);
            if (scope != null && !scope.unfinishedLocalWork().isEmpty()) {
                LOG.warn(
                        "[{}] The call ends while {} local transaction(s) that wrote for it are open: {}. They fail if the"
                                + " global transaction ends before they do.",
                        scope.xid(),
                        scope.unfinishedLocalWork().size(),
                        scope.unfinishedLocalWork().stream()
                                .map(LocalWork::describe)
                                .toList());
            }
        }
    }
}
