package dev.lockstep.spring.web;

import dev.lockstep.tm.OutgoingCall;
import feign.RequestInterceptor;
import feign.RequestTemplate;

/** Sends the xid of the calling thread along with every request of a Feign client. Thread-safe. */
final class XidFeignInterceptor implements RequestInterceptor {

    @Override
    public void apply(RequestTemplate request) {
        OutgoingCall call = OutgoingCall.ofThread();
        if (call != null) {
            call.headers().forEach((name, value) -> {
                request.removeHeader(name);
                request.header(name, value);
            });
        }
    }
}
