package dev.lockstep.libraries;

import static dev.lockstep.libraries.CallingInterceptor.key;
import static dev.lockstep.libraries.CallingInterceptor.replace;

import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.XidPropagation;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call of gRPC work for the global transaction whose xid it brings, and for none when it brings none. Each callback of a
 * call may come on another thread, and leaves that thread as it was. Thread-safe.
 */
final class CalledInterceptor implements ServerInterceptor {

    private final GlobalTransactions transactions;

    CalledInterceptor(GlobalTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String xid = headers.get(key(XidPropagation.HEADER));
        if (xid != null && !XidPropagation.isWellFormed(xid)) {
            call.close(Status.INVALID_ARGUMENT.withDescription("This is no xid."), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        IncomingCall incoming = xid == null
                ? null
                : new IncomingCall(
                        xid, XidPropagation.remaining(headers.get(key(XidPropagation.REMAINING_HEADER))), transactions);
        XidPropagation.Joined bound = XidPropagation.bind(incoming);
        try {
            return new BoundListener<>(next.startCall(telling(call, incoming), headers), incoming);
        } finally {
            bound.close();
        }
    }

    private static <Q, A> ServerCall<Q, A> telling(ServerCall<Q, A> call, @Nullable IncomingCall incoming) {
        return incoming == null
                ? call
                : new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        String rollbackOnly = incoming.rollbackOnly();
                        if (rollbackOnly != null) {
                            replace(trailers, XidPropagation.ROLLBACK_ONLY_HEADER, rollbackOnly);
                        }
                        super.close(status, trailers);
                    }
                };
    }

    /** Runs each callback for the call; the last one ends it. */
    private static final class BoundListener<Q> extends ServerCall.Listener<Q> {

        private final ServerCall.Listener<Q> target;
        private final @Nullable IncomingCall call;

        BoundListener(ServerCall.Listener<Q> target, @Nullable IncomingCall call) {
            this.target = target;
            this.call = call;
        }

        private void run(Runnable callback) {
            XidPropagation.Joined bound = XidPropagation.bind(call);
            try {
                callback.run();
            } finally {
                bound.close();
            }
        }

        private void end(Runnable callback) {
            try {
                run(callback);
            } finally {
                if (call != null) {
                    call.close();
                }
            }
        }

        @Override
        public void onMessage(Q message) {
            run(() -> target.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            run(target::onHalfClose);
        }

        @Override
        public void onReady() {
            run(target::onReady);
        }

        @Override
        public void onCancel() {
            end(target::onCancel);
        }

        @Override
        public void onComplete() {
            end(target::onComplete);
        }
    }
}
