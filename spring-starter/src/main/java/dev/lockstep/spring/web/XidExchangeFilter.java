package dev.lockstep.spring.web;

import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.XidPropagation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Sends the xid along with every request of a WebClient: that of Reactor's context, or else of the thread that subscribes.
 * Replaces a header of that name, so that a request never carries two. Thread-safe.
 */
final class XidExchangeFilter implements ExchangeFilterFunction {

    /** Puts one of these at the end of a client's filters, unless one is there. */
    static void addTo(List<ExchangeFilterFunction> filters) {
        if (filters.stream().noneMatch(XidExchangeFilter.class::isInstance)) {
            filters.add(new XidExchangeFilter());
        }
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual(context -> {
            String xid = xid(context);
            return next.exchange(
                    xid == null
                            ? request
                            : ClientRequest.from(request)
                                    .headers(headers -> headers.set(XidPropagation.HEADER, xid))
                                    .build());
        });
    }

    private static @Nullable String xid(ContextView context) {
        ScopeHandover carried = context.getOrDefault(ScopeAccessor.KEY, null);
        return carried == null ? XidPropagation.outgoing() : carried.xid();
    }
}
