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
