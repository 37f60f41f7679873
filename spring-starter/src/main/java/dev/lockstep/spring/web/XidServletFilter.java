package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.XidPropagation;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes a request part of the global transaction whose xid its header names, and of none when it names none: what some
 * other code left on the thread is hidden while the request runs.
 *
 * <p>Each dispatch binds and unbinds on its own thread, so a container thread is clean as soon as the request becomes
 * asynchronous. The request itself is one call until it is complete: what Spring MVC runs for it on a thread of its own, such as
 * a returned {@code Callable}, and the dispatch that ends it are part of the global transaction. Thread-safe.
 */
final class XidServletFilter extends OncePerRequestFilter implements Ordered {

    /** After Spring Security (-100): whoever is turned away there never touches a global transaction. */
    static final int ORDER = 0;

    /** Under which a request keeps its call, and Spring's asynchronous support what binds it. */
    private static final String CALL = XidServletFilter.class.getName() + ".call";

    private static final String HANDLER = "org.springframework.web.servlet.HandlerMapping.bestMatchingHandler";

    private final ForeignXidPolicy policy;
    private final Supplier<@Nullable GlobalTransactions> transactions;
    private final SuspendingHandlers suspendingHandlers = new SuspendingHandlers(false);

    /** @param transactions asks the TC to roll back what a request forbids to commit; gives null where nothing can */
    XidServletFilter(ForeignXidPolicy policy, Supplier<@Nullable GlobalTransactions> transactions) {
        this.policy = policy;
        this.transactions = transactions;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        IncomingCall call;
        if (isAsyncDispatch(request)) {
            call = (IncomingCall) request.getAttribute(CALL);
        } else {
            IncomingXid xid = IncomingXid.of(
                    request.getHeader(XidPropagation.HEADER),
                    () -> new ServletServerHttpRequest(request).getHeaders(),
                    request::getRemoteAddr,
                    policy);
            if (xid instanceof IncomingXid.Malformed) {
                response.sendError(HttpServletResponse.SC_BAD_REQUEST, IncomingXid.Malformed.ANSWER);
                return;
            }
            call = xid instanceof IncomingXid.Accepted accepted ? begin(accepted, request, response) : null;
        }
        XidPropagation.Joined bound = XidPropagation.bind(call);
        try {
            chain.doFilter(request, response);
        } finally {
            bound.close();
            endWithRequest(call, request, response);
            if (call != null) {
                suspendingHandlers.tell(request.getAttribute(HANDLER));
            }
        }
    }

    private IncomingCall begin(IncomingXid.Accepted xid, HttpServletRequest request, HttpServletResponse response) {
        IncomingCall call = xid.call(transactions.get());
        call.onRollbackOnly(reason -> tell(response, XidPropagation.ROLLBACK_ONLY_HEADER, reason));
        request.setAttribute(CALL, call);
        WebAsyncUtils.getAsyncManager(request).registerCallableInterceptor(CALL, new XidCallable(call));
        return call;
    }

    /** Dispatches that come later have work left to do for the call; it ends once, with the first that completes the request. */
    private static void endWithRequest(
            @Nullable IncomingCall call, HttpServletRequest request, HttpServletResponse response) {
        if (call == null) {
            return;
        }
        if (request.isAsyncStarted()) {
            request.getAsyncContext().addListener(new EndOfCall(call));
        } else {
            call.close();
            if (call.isRolledBack()) {
                tell(response, XidPropagation.ROLLED_BACK_HEADER, "true");
            }
        }
    }

    /** Once the answer has begun to leave, its headers are gone; the TC is asked to roll back all the same. */
    private static void tell(HttpServletResponse response, String header, String value) {
        if (!response.isCommitted()) {
            response.setHeader(header, value);
        }
    }
}
