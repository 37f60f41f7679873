package dev.lockstep.libraries;

import dev.lockstep.tm.OutgoingCall;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Sends the global transaction along with calls of gRPC, and hears what forbids its commit. Thread-safe. */
final class CallingInterceptor implements ClientInterceptor {

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        OutgoingCall call = OutgoingCall.ofThread();
        return call == null
                ? next.newCall(method, options)
                : new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        call.headers().forEach((name, value) -> replace(headers, name, value));
                        super.start(
                                new SimpleForwardingClientCallListener<>(listener) {
                                    @Override
                                    public void onClose(Status status, Metadata trailers) {
                                        call.answered(name -> trailers.get(key(name)));
                                        super.onClose(status, trailers);
                                    }
                                },
                                headers);
                    }
                };
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    static void replace(Metadata headers, String name, String value) {
        headers.discardAll(key(name));
        headers.put(key(name), value);
    }
}
