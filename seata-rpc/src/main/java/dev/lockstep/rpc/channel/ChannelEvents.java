package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;

/** What happens between the client and its TC nodes, for whoever counts it. Called on event loops and command threads; must not block or throw. */
public interface ChannelEvents {

    void connected(TcAddress tc, String tcVersion);

    void disconnected(TcAddress tc, String reason, int requestsFailed);

    void connectFailed(TcAddress tc, String reason);

    void setAside(TcAddress tc, String reason);

    void restored(TcAddress tc);

    void answered(TcAddress tc, String request, long nanos);

    void lost(TcAddress tc, String request, long nanos);

    void notSent(TcAddress tc, String request);

    void lateAnswer(TcAddress tc, String answer);

    void flushed(TcAddress tc, int frames, int bytes);

    void reportsSent(TcAddress tc, int reports, boolean merged);

    void reportUnneeded(TcAddress tc);

    void reportSpared(TcAddress tc);

    void reportsDropped(TcAddress tc, int reports, String reason);

    void commandAnswered(String command, BranchStatus status, long nanos);
}
