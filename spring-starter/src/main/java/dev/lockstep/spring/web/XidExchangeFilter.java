package dev.lockstep.spring.web;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.OutgoingCall;
import dev.lockstep.tm.ScopeHandover;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Sends the xid along with the requests of a WebClient: that of Reactor's context, or else of the thread that sends it, or else of
 * the thread that subscribed to the whole. Replaces headers of those names, so that a request never carries two. Thread-safe.
 */
final class XidExchangeFilter implements ExchangeFilterFunction {

    private final OutgoingCalls calls;

    XidExchangeFilter(OutgoingCalls calls) {
        this.calls = calls;
    }

    /**
     * Puts this before a client's filters, unless one of its kind is there. A filter that balances load leaves no trace of the
     * service that was called, so this must see the request first.
     */
    void addTo(List<ExchangeFilterFunction> filters) {
        if (filters.stream().noneMatch(XidExchangeFilter.class::isInstance)) {
            filters.add(0, this);
        }
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual(context -> {
            OutgoingCall call = call(context, request.url());
            if (call == null) {
                return next.exchange(request);
            }
            ClientRequest carrying = ClientRequest.from(request)
                    .headers(headers -> call.headers().forEach(headers::set))
                    .build();
            return next.exchange(carrying)
                    .doOnNext(response -> call.answered(response.headers().asHttpHeaders()::getFirst));
        });
    }

    private @Nullable OutgoingCall call(ContextView context, URI uri) {
        ScopeHandover carried = context.getOrDefault(ScopeAccessor.KEY, null);
        if (carried != null && carried.isOfGlobalTransaction()) {
            return calls.of(carried, uri);
        }
        ScopeHandover ofSubscriber = GlobalScope.current() == null ? ScopeOfSubscriber.of(context) : null;
        return ofSubscriber == null ? calls.ofThread(() -> uri) : calls.of(ofSubscriber, uri);
    }
}
