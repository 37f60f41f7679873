package dev.lockstep.spring.sight;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much memory a call takes on the heap once everything is warm: a figure that does not depend on the machine's load. */
final class AllocatedBytes {

    private static final int WARM_UP = 20_000;
    private static final int CALLS = 10_000;

    private AllocatedBytes() {}

    /** The least of several rounds, since a compiler or a time window may take something in one of them. */
    static double perCall(Runnable call) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        repeat(call, WARM_UP);
        double least = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(call, CALLS);
            least = Math.min(least, (double) (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
        }
        return least;
    }

    private static void repeat(Runnable call, int times) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }
}
