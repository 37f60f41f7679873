package dev.lockstep.rpc.codec;

import io.seata.core.protocol.AbstractMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One frame: its head, as far as anybody needs it, and its message.
 *
 * @param requestId any 32-bit number; the ids of client and TC are two independent spaces
 * @param headMap extra head entries, normally empty; the TC ignores their contents; values may be null
 * @param body null for heartbeats only
 */
public record Frame(
        FrameType type,
        int requestId,
        Map<String, @Nullable String> headMap,
        @Nullable AbstractMessage body) {

    /** A frame without head entries. */
    public Frame(FrameType type, int requestId, @Nullable AbstractMessage body) {
        this(type, requestId, Map.of(), body);
    }
}
