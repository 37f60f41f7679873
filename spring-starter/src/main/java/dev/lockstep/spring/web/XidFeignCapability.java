package dev.lockstep.spring.web;

import dev.lockstep.tm.OutgoingCall;
import feign.AsyncClient;
import feign.Capability;
import feign.Client;
import feign.Request;
import feign.Response;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends the xid of the calling thread along with the requests of a Feign client, and listens to answers that forbid the
 * commit. Where the client is called a request has its URL and all its headers; those of these names are replaced, so that it
 * never carries two. Public because Feign calls it by reflection. Thread-safe.
 */
public final class XidFeignCapability implements Capability {

    private final OutgoingCalls calls;

    XidFeignCapability(OutgoingCalls calls) {
        this.calls = calls;
    }

    @Override
    public Client enrich(Client client) {
        return (request, options) -> {
            OutgoingCall call = calls.ofThread(() -> calledBy(request));
            if (call == null) {
                return client.execute(request, options);
            }
            Response response = client.execute(carrying(call, request), options);
            hear(call, response);
            return response;
        };
    }

    @Override
    public AsyncClient<Object> enrich(AsyncClient<Object> client) {
        return (request, options, context) -> {
            OutgoingCall call = calls.ofThread(() -> calledBy(request));
            return call == null
                    ? client.execute(request, options, context)
                    : client.execute(carrying(call, request), options, context).thenApply(response -> {
                        hear(call, response);
                        return response;
                    });
        };
    }

    /** Feign sends characters that a URI must not have; the host is not among the places where they stand. */
    private static URI calledBy(Request request) {
        String url = request.url();
        try {
            return new URI(url);
        } catch (URISyntaxException lenient) {
            int path = url.indexOf('/', url.indexOf("//") + 2);
            return URI.create(path < 0 ? url : url.substring(0, path));
        }
    }

    private static Request carrying(OutgoingCall call, Request request) {
        Map<String, Collection<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(request.headers());
        call.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        return Request.create(
                request.httpMethod(),
                request.url(),
                headers,
                request.body(),
                request.charset(),
                request.requestTemplate());
    }

    private static void hear(OutgoingCall call, Response response) {
        call.answered(name -> first(response.headers().getOrDefault(name, List.of())));
    }

    private static @Nullable String first(Collection<String> values) {
        return values.isEmpty() ? null : values.iterator().next();
    }
}
