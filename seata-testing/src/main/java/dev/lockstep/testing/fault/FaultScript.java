package dev.lockstep.testing.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Says what happens to each frame. Asked by the threads of all connections, so it must be thread-safe. */
@FunctionalInterface
public interface FaultScript {

    /** Lets all pass. */
    FaultScript NONE = (direction, frame) -> Fault.NONE;

    Fault faultFor(Direction direction, WireFrame frame);

    /** This fault for the first frame of that direction with this message, then none. */
    static FaultScript once(Direction direction, int messageCode, Fault fault) {
        return nth(1, direction, messageCode, fault);
    }

    /**
     * This fault for one frame of that direction with this message.
     *
     * @param position which of them, counted from 1 over all connections
     */
    static FaultScript nth(int position, Direction direction, int messageCode, Fault fault) {
        var seen = new AtomicInteger();
        return (way, frame) ->
                way == direction && frame.messageCode() == messageCode && seen.incrementAndGet() == position
                        ? fault
                        : Fault.NONE;
    }
}
