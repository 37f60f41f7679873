package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every event as a short text. */
final class CountingEvents implements ChannelEvents {

    final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        seen.add("connected");
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        seen.add("disconnected " + requestsFailed);
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        seen.add("connectFailed");
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        seen.add("setAside");
    }

    @Override
    public void restored(TcAddress tc) {
        seen.add("restored");
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        seen.add("reports " + reports + (merged ? " merged" : ""));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        seen.add("unneeded");
    }

    @Override
    public void reportSpared(TcAddress tc) {
        seen.add("spared");
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        seen.add("dropped " + reports);
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        seen.add("answered");
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        seen.add("lost");
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        seen.add("notSent");
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        seen.add("late");
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        seen.add("flushed " + frames);
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        seen.add("command " + status);
    }
}
