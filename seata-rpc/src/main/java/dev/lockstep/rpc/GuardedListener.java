package dev.lockstep.rpc;

import dev.lockstep.rpc.channel.ChannelEvents;
import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of the channels to the user's listener and keeps what it throws from the event loop. Written out, since a
 * function for each kind of event would be a class that the JVM makes while the application starts.
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
        try {
            listener.connected(tc, tcVersion);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        try {
            listener.disconnected(tc, reason, requestsFailed);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        try {
            listener.connectFailed(tc, reason);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        try {
            listener.setAside(tc, reason);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void restored(TcAddress tc) {
        try {
            listener.restored(tc);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        try {
            listener.answered(tc, request, nanos);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        try {
            listener.lost(tc, request, nanos);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        try {
            listener.notSent(tc, request);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        try {
            listener.lateAnswer(tc, answer);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        try {
            listener.flushed(tc, frames, bytes);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        try {
            listener.reportsSent(tc, reports, merged);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        try {
            listener.reportUnneeded(tc);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void reportSpared(TcAddress tc) {
        try {
            listener.reportSpared(tc);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        try {
            listener.reportsDropped(tc, reports, reason);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        try {
            listener.commandAnswered(command, status, nanos);
        } catch (Throwable e) {
            complain(e);
        }
    }

    private void complain(Throwable e) {
        if (complained.compareAndSet(false, true)) {
            log.warn("[rpc] The listener {} threw; what it throws further is not logged.", listener, e);
        }
    }
}
