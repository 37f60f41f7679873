package dev.lockstep.spring.web;

import dev.lockstep.tm.XidPropagation;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends the xid of the calling thread along with every request of a RestTemplate or RestClient. Replaces a header of that
 * name, so that a request never carries two. Thread-safe.
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
        String xid = XidPropagation.outgoing();
        if (xid != null) {
            request.getHeaders().set(XidPropagation.HEADER, xid);
        }
        if (xid == null) {
            return execution.execute(request, body);
        }
        String remaining = XidPropagation.outgoingRemaining();
        if (remaining != null) {
            request.getHeaders().set(XidPropagation.REMAINING_HEADER, remaining);
        }
        ClientHttpResponse response = execution.execute(request, body);
        XidPropagation.answered(response.getHeaders().getFirst(XidPropagation.ROLLBACK_ONLY_HEADER));
        return response;
    }
}
