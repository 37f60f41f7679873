package dev.lockstep.rpc;

import dev.lockstep.rpc.discovery.TcAddress;
import io.seata.core.model.BranchStatus;

/**
 * Told what happens between this client and the TC; metrics hang here. Called on event loops, command threads and those of
 * callers, so it must return at once and be thread-safe. What it throws is logged and goes no further.
 */
public interface RpcListener {

    /** Listens to nothing. */
    RpcListener NONE = new RpcListener() {};

    /** A connection is registered and takes requests. */
    default void connected(TcAddress tc, String tcVersion) {}

    /** A connection is gone; so many requests in flight on it have failed as lost. */
    default void disconnected(TcAddress tc, String reason, int requestsFailed) {}

    /** An attempt to connect has failed; the client keeps trying. Called for each, unlike the log. */
    default void connectFailed(TcAddress tc, String reason) {}

    /** A node has failed several times in a row; what need not go there goes elsewhere until it answers again. */
    default void setAside(TcAddress tc, String reason) {}

    /** A node that was set aside answers again. */
    default void restored(TcAddress tc) {}

    /**
     * A request was answered, be the answer success or refusal.
     *
     * @param request simple name of the message, such as {@code GlobalBeginRequest}
     * @param nanos from the call to the answer
     */
    default void answered(TcAddress tc, String request, long nanos) {}

    /**
     * A request was written, and its answer will not be waited for any longer.
     *
     * @param nanos from the call to the moment of giving up
     */
    default void lost(TcAddress tc, String request, long nanos) {}

    /** A request did not leave, because its connection was lost or did not take it in time. */
    default void notSent(TcAddress tc, String request) {}

    /** An answer came that nobody waits for: too late, twice, or meant for another process of this application. */
    default void lateAnswer(TcAddress tc, String answer) {}

    /** So many frames have left with one flush. */
    default void flushed(TcAddress tc, int frames, int bytes) {}

    /**
     * So many reports of successful branches were given to the connection together.
     *
     * @param merged whether in one frame; otherwise in one of their own each
     */
    default void reportsSent(TcAddress tc, int reports, boolean merged) {}

    /** A report came when the TC had ended its transaction already. Normal: a commit may overtake reports. */
    default void reportUnneeded(TcAddress tc) {}

    /** A report was not sent, because its transaction ended before it left; see {@link RpcOptions.Builder#spareReports}. */
    default void reportSpared(TcAddress tc) {}

    /** Reports of successful branches will not reach the TC, which does without. */
    default void reportsDropped(TcAddress tc, int reports, String reason) {}

    /**
     * A branch command of the TC was answered.
     *
     * @param command simple name of the message, such as {@code BranchCommitRequest}
     * @param nanos from its arrival to the answer
     */
    default void commandAnswered(String command, BranchStatus status, long nanos) {}
}
