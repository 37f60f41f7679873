package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The memory of a process with a JVM.
 *
 * @param residentBytes what it has in RAM. With a heap that is touched at the start, what differs between two processes is
 *     code, classes, threads and buffers
 * @param liveHeapBytes what is left in the heap after a full collection
 * @param threads of the process, those of the JVM included
 */
record Footprint(long residentBytes, long liveHeapBytes, long threads) {

    /** Makes {@link #of} right: a heap of one size, all of it in RAM, collected by one collector that tells what is used. */
    static final String[] JVM_ARGUMENTS = {"-XX:+UseSerialGC", "-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch"};

    private static final Pattern USED = Pattern.compile("generation.* used (\\d+)K");

    /**
     * Has the process collect its garbage and give back to the system what the compilers of its JVM took and freed: up to 20 MB
     * that stay or go by chance, and hide what differs between two processes.
     *
     * @throws UncheckedIOException if there is no such process, or no {@code jcmd} of JDK 17.0.9 or later beside this JVM
     */
    static Footprint of(long pid) throws InterruptedException {
        jcmd(pid, "GC.run");
        jcmd(pid, "System.trim_native_heap");
        var used = USED.matcher(jcmd(pid, "GC.heap_info"));
        var kilobytes = 0L;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
        }
        return new Footprint(1024 * status(pid, "VmRSS:"), 1024 * kilobytes, status(pid, "Threads:"));
    }

    private static String jcmd(long pid, String command) throws InterruptedException {
        try {
            var jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            command)
                    .redirectErrorStream(true)
                    .start();
            var text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IOException("jcmd " + pid + " " + command + " answered: " + text);
            }
            return text;
        } catch (IOException failed) {
            throw new UncheckedIOException("The heap of process " + pid + " cannot be looked at.", failed);
        }
    }

    private static long status(long pid, String label) {
        var file = Path.of("/proc", Long.toString(pid), "status");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(label))
                    .map(line ->
                            line.substring(label.length()).replace("kB", "").strip())
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow(() -> new IOException(file + " has no line " + label));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The memory of process " + pid + " cannot be read.", unreadable);
        }
    }
}
