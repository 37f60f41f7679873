package dev.lockstep.rpc;

import dev.lockstep.rpc.discovery.TcAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a client tells its listener, as short texts that begin with a word and the address. */
final class EventNotes implements RpcListener {

    final List<String> seen = new CopyOnWriteArrayList<>();

    long count(String beginning) {
        return seen.stream().filter(event -> event.startsWith(beginning)).count();
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        seen.add("connected " + tc);
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        seen.add("disconnected " + tc + " " + reason);
    }

    @Override
    public void connectFailed(TcAddress tc, String reason) {
        seen.add("connectFailed " + tc);
    }

    @Override
    public void setAside(TcAddress tc, String reason) {
        seen.add("setAside " + tc + " " + reason);
    }

    @Override
    public void restored(TcAddress tc) {
        seen.add("restored " + tc);
    }

    @Override
    public void lost(TcAddress tc, String request, long nanos) {
        seen.add("lost " + tc + " " + request);
    }

    @Override
    public void flushed(TcAddress tc, int frames, int bytes) {
        seen.add("flushed " + tc + " " + frames);
    }

    @Override
    public void lateAnswer(TcAddress tc, String answer) {
        seen.add("late " + tc + " " + answer);
    }

    @Override
    public void reportsSent(TcAddress tc, int reports, boolean merged) {
        seen.add("reportsSent " + tc + " " + reports + (merged ? " merged" : ""));
    }

    @Override
    public void reportUnneeded(TcAddress tc) {
        seen.add("reportUnneeded " + tc);
    }

    @Override
    public void reportSpared(TcAddress tc) {
        seen.add("reportSpared " + tc);
    }

    @Override
    public void reportsDropped(TcAddress tc, int reports, String reason) {
        seen.add("reportsDropped " + tc + " " + reports);
    }
}
