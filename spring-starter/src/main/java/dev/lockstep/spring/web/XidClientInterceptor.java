package dev.lockstep.spring.web;

import dev.lockstep.tm.OutgoingCall;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * Sends the xid of the calling thread along with the requests of a RestTemplate or RestClient. Replaces headers of those
 * names, so that a request never carries two. Thread-safe.
 */
final class XidClientInterceptor implements ClientHttpRequestInterceptor {

    private final OutgoingCalls calls;

    XidClientInterceptor(OutgoingCalls calls) {
        this.calls = calls;
    }

    /** Puts this at the end of a client's interceptors, unless one of its kind is there. */
    void addTo(List<ClientHttpRequestInterceptor> interceptors) {
        if (interceptors.stream().noneMatch(XidClientInterceptor.class::isInstance)) {
            interceptors.add(this);
        }
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        OutgoingCall call = calls.ofThread(() -> calledBy(request));
        if (call == null) {
            return execution.execute(request, body);
        }
        call.headers().forEach(request.getHeaders()::set);
        ClientHttpResponse response = execution.execute(request, body);
        call.answered(response.getHeaders()::getFirst);
        return response;
    }

    /** An interceptor that balances load may have come before and wrapped the request in the address of an instance. */
    private static URI calledBy(HttpRequest request) {
        HttpRequest original = request;
        while (original instanceof HttpRequestWrapper wrapper) {
            original = wrapper.getRequest();
        }
        return original.getURI();
    }
}
