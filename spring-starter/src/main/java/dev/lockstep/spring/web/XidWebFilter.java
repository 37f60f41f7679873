package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.XidPropagation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes a request to a WebFlux application part of the global transaction whose xid its header names. The xid lies in
 * Reactor's context; context propagation binds it to whatever thread an operator runs on. Thread-safe.
 */
final class XidWebFilter implements WebFilter, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(XidWebFilter.class);

    private static final boolean COROUTINES =
            ClassUtils.isPresent("kotlinx.coroutines.ThreadContextElement", XidWebFilter.class.getClassLoader());

    private static final String HANDLER = "org.springframework.web.reactive.HandlerMapping.bestMatchingHandler";

    private final ForeignXidPolicy policy;
    private final Supplier<@Nullable GlobalTransactions> transactions;
    private final boolean carried;
    private final SuspendingHandlers suspendingHandlers = new SuspendingHandlers(true);

    /**
     * @param transactions asks the TC to roll back what a request forbids to commit; gives null where nothing can
     * @param carried whether context propagation is there; without it the xid would never reach the code that writes
     */
    XidWebFilter(ForeignXidPolicy policy, Supplier<@Nullable GlobalTransactions> transactions, boolean carried) {
        this.policy = policy;
        this.transactions = transactions;
        this.carried = carried;
    }

    @Override
    public int getOrder() {
        return XidServletFilter.ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        IncomingXid xid = IncomingXid.of(
                request.getHeaders().getFirst(XidPropagation.HEADER),
                request::getHeaders,
                request::getRemoteAddress,
                policy);
        if (xid instanceof IncomingXid.Malformed) {
            return refuse(exchange, HttpStatus.BAD_REQUEST);
        }
        if (!(xid instanceof IncomingXid.Accepted accepted)) {
            return chain.filter(exchange);
        }
        if (!carried) {
            LOG.error(
                    "[{}] Refused a request that is part of this global transaction: what it writes on other threads"
                            + " would not be undone. Add io.micrometer:context-propagation to this application.",
                    accepted.xid());
            return refuse(exchange, HttpStatus.INTERNAL_SERVER_ERROR);
        }
        return Mono.usingWhen(
                Mono.fromSupplier(() -> begin(accepted, exchange)),
                call -> handle(call.handover(), exchange, chain),
                XidWebFilter::end);
    }

    private Mono<Void> handle(ScopeHandover handover, ServerWebExchange exchange, WebFilterChain chain) {
        if (COROUTINES) {
            HandlerCoroutine.carry(handover, exchange);
        }
        return chain.filter(exchange)
                .doFinally(end -> suspendingHandlers.tell(exchange.getAttribute(HANDLER)))
                .contextWrite(context -> context.put(ScopeAccessor.KEY, handover));
    }

    private IncomingCall begin(IncomingXid.Accepted xid, ServerWebExchange exchange) {
        IncomingCall call = xid.call(transactions.get());
        exchange.getResponse().beforeCommit(() -> {
            String rollbackOnly = call.rollbackOnly();
            if (rollbackOnly != null) {
                exchange.getResponse().getHeaders().set(XidPropagation.ROLLBACK_ONLY_HEADER, rollbackOnly);
            }
            if (call.isRolledBack()) {
                exchange.getResponse().getHeaders().set(XidPropagation.ROLLED_BACK_HEADER, "true");
            }
            return Mono.empty();
        });
        return call;
    }

    /** However the request ended. Off the event loop where the end waits for the TC. */
    private static Mono<Void> end(IncomingCall call) {
        Mono<Void> end = Mono.fromRunnable(call::close);
        return call.rollbackOnly() == null ? end : end.subscribeOn(Schedulers.boundedElastic());
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
        exchange.getResponse().setStatusCode(status);
        return exchange.getResponse().setComplete();
    }
}
