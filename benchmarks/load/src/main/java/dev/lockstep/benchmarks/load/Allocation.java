package dev.lockstep.benchmarks.load;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * The bytes that each thread of this JVM has allocated since its start, for those that live now; without the thread that asks,
 * which looks for open branches and reads costs, and does so the more often the slower the machine is.
 */
final class Allocation {

    private final Map<Long, Long> bytesByThread;

    private Allocation(Map<Long, Long> bytesByThread) {
        this.bytesByThread = bytesByThread;
    }

    static Allocation now() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var ids = threads.getAllThreadIds();
        var bytes = threads.getThreadAllocatedBytes(ids);
        var own = Thread.currentThread().getId();
        var byThread = new HashMap<Long, Long>();
        for (var index = 0; index < ids.length; index++) {
            if (ids[index] != own) {
                // Negative for a thread that ended between the two questions.
                byThread.put(ids[index], Math.max(0, bytes[index]));
            }
        }
        return new Allocation(byThread);
    }

    /** What the threads alive now have allocated since then; what ended in between is not in it. */
    long bytesSince(Allocation before) {
        return bytesByThread.entrySet().stream()
                .mapToLong(thread ->
                        Math.max(0, thread.getValue() - before.bytesByThread.getOrDefault(thread.getKey(), 0L)))
                .sum();
    }
}
