package dev.lockstep.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process has cost since its start, as Linux tells it in {@code /proc}. Two of them give the cost of what lies
 * between.
 *
 * @param cpuMillis user and system time of all threads, those that ended included; to 10 ms
 * @param threads what each thread that lives now has cost, by its id
 * @param writes system calls that wrote, wake-ups of selectors included; {@code writev} and {@code write}, not {@code send}
 */
public record ProcessCost(long cpuMillis, Map<String, ThreadCost> threads, long writes) {

    /** Ticks of /proc/PID/stat: 100 a second on every Linux that a JVM of ours meets. */
    private static final int MILLIS_PER_TICK = 10;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int CUTIME = 13;
    private static final int CSTIME = 14;

    /**
     * The cost of one thread.
     *
     * @param nanos CPU time, exact
     * @param switches context switches, voluntary and not
     * @param compiles whether it is one of the JIT compiler's
     */
    public record ThreadCost(long nanos, long switches, boolean compiles) {

        private static final ThreadCost NONE = new ThreadCost(0, 0, false);

        private ThreadCost since(ThreadCost before) {
            return new ThreadCost(nanos - before.nanos, switches - before.switches, compiles);
        }
    }

    public ProcessCost {
        threads = Map.copyOf(threads);
    }

    /** CPU time of the threads that live now: exact, but without those that ended. */
    public long threadNanos() {
        return threads.values().stream().mapToLong(ThreadCost::nanos).sum();
    }

    /** CPU time of the JIT compiler's threads that live now. */
    public double compilerMillis() {
        return threads.values().stream()
                        .filter(ThreadCost::compiles)
                        .mapToLong(ThreadCost::nanos)
                        .sum()
                / 1e6;
    }

    /** Context switches of the threads that live now, voluntary and not. */
    public long switches() {
        return threads.values().stream().mapToLong(ThreadCost::switches).sum();
    }

    /** The cost of this process so far. */
    public static ProcessCost ofThisProcess() {
        return of(ProcessHandle.current().pid());
    }

    /**
     * The cost of a process so far.
     *
     * @throws UncheckedIOException if there is no such process, or this is not Linux
     */
    public static ProcessCost of(long pid) {
        var process = Path.of("/proc", Long.toString(pid));
        try {
            var costs = new HashMap<String, ThreadCost>();
            for (var thread : threads(process)) {
                try {
                    costs.put(
                            thread.getFileName().toString(),
                            new ThreadCost(nanos(thread), switches(thread), compiles(thread)));
                } catch (IOException unreadable) {
                    if (Files.exists(thread)) {
                        throw unreadable;
                    }
                    // It ended between the listing and the reading, or while it was read; it counts as those before.
                }
            }
            return new ProcessCost(cpuMillis(process, UTIME, STIME), costs, number(process.resolve("io"), "syscw:"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The cost of process " + pid + " cannot be read from /proc.", unreadable);
        }
    }

    /**
     * User and system time of a process and of all that come from it, those that ended included if their parent has taken
     * notice; to 10 ms for each.
     *
     * @throws UncheckedIOException if there is no such process, or this is not Linux
     */
    public static long cpuMillisOfTree(long pid) {
        var millis = cpuMillisWithEndedChildren(pid);
        var descendants = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        for (var descendant : descendants) {
            try {
                millis += cpuMillisWithEndedChildren(descendant.pid());
            } catch (UncheckedIOException ended) {
                // Between the listing and the reading; its parent counts it.
            }
        }
        return millis;
    }

    private static long cpuMillisWithEndedChildren(long pid) {
        try {
            return cpuMillis(Path.of("/proc", Long.toString(pid)), UTIME, STIME, CUTIME, CSTIME);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The cost of process " + pid + " cannot be read from /proc.", unreadable);
        }
    }

    /** What was spent since then; of threads, by those that live now, whether they lived then or not. */
    public ProcessCost since(ProcessCost before) {
        var spent = new HashMap<String, ThreadCost>();
        threads.forEach(
                (thread, cost) -> spent.put(thread, cost.since(before.threads.getOrDefault(thread, ThreadCost.NONE))));
        return new ProcessCost(cpuMillis - before.cpuMillis, spent, writes - before.writes);
    }

    private static long nanos(Path thread) throws IOException {
        return Long.parseLong(
                Files.readString(thread.resolve("schedstat")).strip().split(" ")[0]);
    }

    /** As HotSpot names them; Linux cuts the names. */
    private static boolean compiles(Path thread) throws IOException {
        return Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\R?");
    }

    private static List<Path> threads(Path process) throws IOException {
        var threads = new ArrayList<Path>();
        try (var listing = Files.newDirectoryStream(process.resolve("task"))) {
            listing.forEach(threads::add);
        }
        return threads;
    }

    private static long cpuMillis(Path process, int... counted) throws IOException {
        var stat = Files.readString(process.resolve("stat"));
        // The name of the command stands in parentheses and may hold spaces; the fields behind it are counted.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var ticks = 0L;
        for (var field : counted) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks * MILLIS_PER_TICK;
    }

    private static long switches(Path thread) throws IOException {
        return number(thread.resolve("status"), "voluntary_ctxt_switches:")
                + number(thread.resolve("status"), "nonvoluntary_ctxt_switches:");
    }

    private static long number(Path file, String label) throws IOException {
        for (var line : Files.readAllLines(file)) {
            if (line.startsWith(label)) {
                return Long.parseLong(line.substring(label.length()).strip());
            }
        }
        throw new IOException(file + " has no line " + label);
    }
}
