package dev.lockstep.rpc;

import dev.lockstep.rpc.channel.ChannelEvents;
import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of the channels to the user's listener and keeps its exceptions from the event loop.
 *
 * <p>Thread-safe if the listener is.
 */
final class GuardedListener implements ChannelEvents {

    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    private final RpcListener listener;
    private final AtomicBoolean complained = new AtomicBoolean();

    GuardedListener(RpcListener listener) {
        this.listener = listener;
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        guard(() -> listener.connected(tc, tcVersion));
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        guard(() -> listener.disconnected(tc, reason, requestsFailed));
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        guard(() -> listener.connectFailed(tc, reason));
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        guard(() -> listener.setAside(tc, reason));
    }

    @Override
    public void restored(TcAddress tc) {
        guard(() -> listener.restored(tc));
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        guard(() -> listener.answered(tc, request, nanos));
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        guard(() -> listener.lost(tc, request, nanos));
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        guard(() -> listener.notSent(tc, request));
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        guard(() -> listener.lateAnswer(tc, answer));
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        guard(() -> listener.flushed(tc, frames, bytes));
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        guard(() -> listener.reportsSent(tc, reports, merged));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        guard(() -> listener.reportUnneeded(tc));
    }

    @Override
    public void reportSpared(TcAddress tc) {
        guard(() -> listener.reportSpared(tc));
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        guard(() -> listener.reportsDropped(tc, reports, reason));
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        guard(() -> listener.commandAnswered(command, status, nanos));
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (complained.compareAndSet(false, true)) {
                log.warn("[rpc] The listener {} threw; further exceptions of it are not logged.", listener, e);
            }
        }
    }
}
