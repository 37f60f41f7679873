package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.XidPropagation;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;

/** What becomes of the xid that a request brings; decided here for every kind of server. */
sealed interface IncomingXid {

    /** The request runs by itself: it brings none, or one that the application does not accept. */
    record None() implements IncomingXid {}

    /** The request must not run: outside the global transaction that its caller means it would write without undo. */
    record Malformed() implements IncomingXid {

        private static final Logger LOG = LoggerFactory.getLogger(IncomingXid.class);

        /** What its sender is told, with status 400. */
        static final String ANSWER = "Header " + XidPropagation.HEADER + " is no xid: it must be host:port:number.";
    }

    /**
     * The request runs as a part of this global transaction.
     *
     * @param remaining what its caller said of the time that is left; null when nothing
     */
    record Accepted(String xid, @Nullable Duration remaining) implements IncomingXid {

        IncomingCall call(@Nullable GlobalTransactions transactions) {
            return new IncomingCall(xid, remaining, transactions);
        }
    }

    /**
     * Logs an xid that is malformed.
     *
     * @param header the value of {@link XidPropagation#HEADER}; null when there is none
     * @param headers all of the request, asked for only if there is an xid
     * @param from the address of the sender, for the log
     */
    static IncomingXid of(
            @Nullable String header,
            Supplier<HttpHeaders> headers,
            Supplier<? extends @Nullable Object> from,
            ForeignXidPolicy policy) {
        if (header == null || header.isBlank()) {
            return new None();
        }
        String xid = header.strip();
        if (!XidPropagation.isWellFormed(xid)) {
            Malformed.LOG.warn(
                    "[http] Refused a request from {}: its header {} holds {} characters that are no xid"
                            + " (host:port:number).",
                    from.get(),
                    XidPropagation.HEADER,
                    xid.length());
            return new Malformed();
        }
        HttpHeaders all = headers.get();
        return policy.accepts(xid, all)
                ? new Accepted(xid, XidPropagation.remaining(all.getFirst(XidPropagation.REMAINING_HEADER)))
                : new None();
    }
}
