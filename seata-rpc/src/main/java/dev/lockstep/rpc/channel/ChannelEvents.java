package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;

/** What happens on channels, for whoever counts it. Called on event loops and command threads; must not block or throw. */
public interface ChannelEvents {

    void connected(TcAddress tc, String tcVersion);

    void disconnected(TcAddress tc, String reason, int requestsFailed);

    void answered(TcAddress tc, String request, long nanos);

    void lost(TcAddress tc, String request, long nanos);

    void notSent(TcAddress tc, String request);

    void lateAnswer(TcAddress tc, String answer);

    void flushed(TcAddress tc, int frames, int bytes);

    void commandAnswered(String command, BranchStatus status, long nanos);
}
