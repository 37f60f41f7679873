package dev.lockstep.spring.web;

import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.XidPropagation;
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

/**
 * Makes a request to a WebFlux application part of the global transaction whose xid its header names. The xid lies in
 * Reactor's context; context propagation binds it to whatever thread an operator runs on. Thread-safe.
 */
final class XidWebFilter implements WebFilter, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(XidWebFilter.class);

    private final ForeignXidPolicy policy;
    private final boolean carried;

    /** @param carried whether context propagation is there; without it the xid would never reach the code that writes */
    XidWebFilter(ForeignXidPolicy policy, boolean carried) {
        this.policy = policy;
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
        return chain.filter(exchange)
                .contextWrite(context -> context.put(ScopeAccessor.KEY, ScopeHandover.joining(xid)));
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
