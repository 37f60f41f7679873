package dev.lockstep.rpc.codec;

import org.jspecify.annotations.Nullable;

/** Byte 9 of the head: what kind of frame it is. What the message is follows from its body. */
public enum FrameType {
    /** A request that wants an answer, both directions. */
    REQUEST,
    /** An answer; its request id is that of the request. */
    RESPONSE,
    /** A request nobody answers. */
    ONE_WAY,
    /** Heartbeat of the client; no body. */
    PING,
    /** The TC's answer to it with the same request id; no body. */
    PONG;

    // values() copies its array on every call.
    private static final FrameType[] BY_CODE = values();

    int code() {
        return ordinal();
    }

    boolean hasBody() {
        return this != PING && this != PONG;
    }

    static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
