package dev.lockstep.spring.web;

import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.XidPropagation;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;

/** Binds a call to the thread on which Spring MVC runs what a handler has returned to be run. One for each request. */
final class XidCallable implements CallableProcessingInterceptor {

    private final IncomingCall call;
    private volatile XidPropagation.@Nullable Joined bound;

    XidCallable(IncomingCall call) {
        this.call = call;
    }

    @Override
    public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
        bound = XidPropagation.bind(call);
    }

    @Override
    public <T> void postProcess(NativeWebRequest request, Callable<T> task, @Nullable Object result) {
        XidPropagation.Joined toUndo = bound;
        if (toUndo != null) {
            toUndo.close();
        }
    }
}
