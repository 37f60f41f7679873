package dev.lockstep.rpc.channel;

import io.netty.util.collection.IntObjectHashMap;
import io.seata.core.protocol.AbstractResultMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that were written and not yet answered, by id. An answer is taken by id <em>and</em> type: what comes under
 * the id of a request but does not fit it was meant for somebody else.
 *
 * <p>Timeouts are found by walking over all of them ten times a second while there are any ({@link TcChannel}); with at most
 * a few thousand waiting this costs less than a timer entry for each request, of which nearly none ever fires.
 *
 * <p>Confined to the channel's event loop.
 */
final class InFlightRequests {

    private final IntObjectHashMap<Request> waiting = new IntObjectHashMap<>();

    /** Frames with several requests, by the id of the frame, as long as any of these waits. */
    private final IntObjectHashMap<MergedFrame> merged = new IntObjectHashMap<>();

    /** Adds a request; false if its id still belongs to another one, which happens after 2^32 requests at the earliest. */
    boolean add(int requestId, Request request) {
        if (waiting.containsKey(requestId)) {
            return false;
        }
        waiting.put(requestId, request);
        return true;
    }

    /** Notes that these requests, which were added before, leave in one frame. */
    void merge(MergedFrame frame) {
        frame.requestIds().forEach(id -> waiting.get(id).mergedInto(frame));
        merged.put(frame.frameId(), frame);
    }

    /** The frame with this id that holds requests which wait, or null. */
    @Nullable
    MergedFrame merged(int frameId) {
        return merged.get(frameId);
    }

    /** Takes the request that this answers, or null if none here waits for it. */
    @Nullable
    Request take(int requestId, AbstractResultMessage answer) {
        var request = waiting.get(requestId);
        return request != null && request.isAnsweredBy(answer) ? take(requestId) : null;
    }

    /** Takes the request with this id, or null if it waits no longer. */
    @Nullable
    Request take(int requestId) {
        var request = waiting.remove(requestId);
        if (request != null) {
            leaveFrame(request);
        }
        return request;
    }

    List<Request> takeExpired(long now) {
        var count = 0;
        for (var request : waiting.values()) {
            if (request.isExpired(now)) {
                count++;
            }
        }
        if (count == 0) {
            return List.of();
        }
        // As long as it gets: what is taken out shall not be lost for want of memory.
        var expired = new ArrayList<Request>(count);
        for (var each = waiting.values().iterator(); each.hasNext(); ) {
            var request = each.next();
            if (request.isExpired(now)) {
                each.remove();
                expired.add(request);
                leaveFrame(request);
            }
        }
        return expired;
    }

    List<Request> takeAll() {
        var all = List.copyOf(waiting.values());
        waiting.clear();
        merged.clear();
        return all;
    }

    private void leaveFrame(Request request) {
        var frame = request.mergedInto();
        if (frame != null && frame.isOverAfterThis()) {
            merged.remove(frame.frameId());
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
