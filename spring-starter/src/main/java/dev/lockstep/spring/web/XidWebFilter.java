package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.XidPropagation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
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

    private final ForeignXidPolicy policy;
    private final Supplier<@Nullable GlobalTransactions> transactions;
    private final boolean carried;

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
        String xid = xidOf(exchange.getRequest());
        if (xid == null) {
            return chain.filter(exchange);
        }
        if (!XidPropagation.isWellFormed(xid)) {
            LOG.warn(
                    "[http] Refused a request from {}: its header {} holds {} characters that are no xid (host:port:number).",
                    exchange.getRequest().getRemoteAddress(),
                    XidPropagation.HEADER,
                    xid.length());
            return refuse(exchange, HttpStatus.BAD_REQUEST);
        }
        if (!policy.accepts(xid, exchange.getRequest().getHeaders())) {
            return chain.filter(exchange);
        }
        if (!carried) {
            LOG.error(
                    "[{}] Refused a request that is part of this global transaction: what it writes on other threads would not be"
                            + " undone. Add io.micrometer:context-propagation to this application.",
                    xid);
            return refuse(exchange, HttpStatus.INTERNAL_SERVER_ERROR);
        }
        return Mono.usingWhen(
                Mono.fromSupplier(() -> call(exchange, xid)),
                call -> chain.filter(exchange).contextWrite(context -> context.put(ScopeAccessor.KEY, call.handover())),
                XidWebFilter::end);
    }

    private IncomingCall call(ServerWebExchange exchange, String xid) {
        var call = new IncomingCall(
                xid,
                XidPropagation.remaining(exchange.getRequest().getHeaders().getFirst(XidPropagation.REMAINING_HEADER)),
                transactions.get());
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

    private static @Nullable String xidOf(ServerHttpRequest request) {
        String header = request.getHeaders().getFirst(XidPropagation.HEADER);
        return header == null || header.isBlank() ? null : header.strip();
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
        exchange.getResponse().setStatusCode(status);
        return exchange.getResponse().setComplete();
    }
}
