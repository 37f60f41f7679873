package dev.lockstep.spring.web;

import dev.lockstep.tm.XidPropagation;
import feign.RequestInterceptor;
import feign.RequestTemplate;

/** Sends the xid of the calling thread along with every request of a Feign client. Thread-safe. */
final class XidFeignInterceptor implements RequestInterceptor {

    @Override
    public void apply(RequestTemplate request) {
        String xid = XidPropagation.outgoing();
        if (xid != null) {
            request.removeHeader(XidPropagation.HEADER);
            request.header(XidPropagation.HEADER, xid);
        }
    }
}
