package dev.lockstep.spring.web;

import dev.lockstep.tm.OutgoingCall;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends the xid of the calling thread along with every request of a RestTemplate or RestClient. Replaces headers of those
 * names, so that a request never carries two. Thread-safe.
 */
final class XidClientInterceptor implements ClientHttpRequestInterceptor {

    /** Puts one of these at the end of a client's interceptors, unless one is there. */
    static void addTo(List<ClientHttpRequestInterceptor> interceptors) {
        if (interceptors.stream().noneMatch(XidClientInterceptor.class::isInstance)) {
            interceptors.add(new XidClientInterceptor());
        }
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        OutgoingCall call = OutgoingCall.ofThread();
        if (call == null) {
            return execution.execute(request, body);
        }
        call.headers().forEach(request.getHeaders()::set);
        ClientHttpResponse response = execution.execute(request, body);
        call.answered(response.getHeaders()::getFirst);
        return response;
    }
}
