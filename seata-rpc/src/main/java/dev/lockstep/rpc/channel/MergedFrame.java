package dev.lockstep.rpc.channel;

import java.util.List;

/**
 * The ids of the requests that left in one frame, in its order: a merge result (60) gives their answers by that order, under
 * the id of the frame.
 *
 * <p>Confined to the channel's event loop.
 */
final class MergedFrame {

    private final int frameId;
    private final List<Integer> requestIds;
    private int waiting;

    MergedFrame(int frameId, List<Integer> requestIds) {
        this.frameId = frameId;
        this.requestIds = requestIds;
        this.waiting = requestIds.size();
    }

    int frameId() {
        return frameId;
    }

    List<Integer> requestIds() {
        return requestIds;
    }

    /** Notes that one of its requests waits no longer; true if that was the last. */
    boolean isOverAfterThis() {
        waiting--;
        return waiting == 0;
    }
}
