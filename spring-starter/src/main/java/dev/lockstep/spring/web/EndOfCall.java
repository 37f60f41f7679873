package dev.lockstep.spring.web;

import dev.lockstep.tm.IncomingCall;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Ends a call when its asynchronous request is complete, by whatever way it got there. */
final class EndOfCall implements AsyncListener {

    private final IncomingCall call;

    EndOfCall(IncomingCall call) {
        this.call = call;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        call.close();
    }

    /** The container completes the request after it. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** The container completes the request after it. */
    @Override
    public void onError(AsyncEvent event) {}

    /** A dispatch made the request asynchronous once more; the filter adds a listener to that again. */
    @Override
    public void onStartAsync(AsyncEvent event) {}
}
