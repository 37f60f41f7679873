package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers every event as a short text. */
public final class CountingEvents implements ChannelEvents {

    public final List<String> seen = new CopyOnWriteArrayList<>();

    /** What each event ends with from now on. */
    volatile @Nullable Error toThrow;

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        note("connected");
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        note("disconnected " + requestsFailed);
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        note("connectFailed");
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        note("setAside");
    }

    @Override
    public void restored(TcAddress tc) {
        note("restored");
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        note("reports " + reports + (merged ? " merged" : ""));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        note("unneeded");
    }

    @Override
    public void reportSpared(TcAddress tc) {
        note("spared");
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        note("dropped " + reports);
    }

    @Override
    public void answered(TcAddress tc, String request, long nanos) {
        note("answered");
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        note("lost");
    }

    @Override
    public void notSent(TcAddress tc, String request) {
        note("notSent");
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        note("late");
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        note("flushed " + frames);
    }

    @Override
    public void commandAnswered(String command, BranchStatus status, long nanos) {
        note("command " + status);
    }

    private void note(String event) {
        seen.add(event);
        var error = toThrow;
        if (error != null) {
            throw error;
        }
    }
}
