package dev.lockstep.spring;

import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells several listeners. Thread-safe if they are. */
final class RpcListeners implements RpcListener {

    private final Supplier<List<RpcListener>> listeners;

    /** @param listeners asked for at each event */
    RpcListeners(Supplier<List<RpcListener>> listeners) {
        this.listeners = listeners;
    }

    private void tell(Consumer<RpcListener> event) {
        Listeners.tell(listeners.get(), event);
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        tell(listener -> listener.connected(tc, tcVersion));
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        tell(listener -> listener.disconnected(tc, reason, requestsFailed));
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        tell(listener -> listener.connectFailed(tc, reason));
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        tell(listener -> listener.setAside(tc, reason));
    }

    @Override
    public void restored(TcAddress tc) {
        tell(listener -> listener.restored(tc));
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        tell(listener -> listener.reportsSent(tc, reports, merged));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        tell(listener -> listener.reportUnneeded(tc));
    }

    @Override
    public void reportSpared(TcAddress tc) {
        tell(listener -> listener.reportSpared(tc));
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        tell(listener -> listener.reportsDropped(tc, reports, reason));
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        tell(listener -> listener.answered(tc, request, nanos));
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        tell(listener -> listener.lost(tc, request, nanos));
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        tell(listener -> listener.notSent(tc, request));
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        tell(listener -> listener.lateAnswer(tc, answer));
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        tell(listener -> listener.flushed(tc, frames, bytes));
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        tell(listener -> listener.commandAnswered(command, status, nanos));
    }
}
