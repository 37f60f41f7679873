package dev.lockstep.spring.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How often threads of ours in this process have waited and gone on, as Linux counts it, whatever else the machine does. */
final class WokenThreads {

    /** Linux keeps the first 15 characters of a thread's name. */
    private static final String OURS = "lockstep-";

    private static final String WAITED = "voluntary_ctxt_switches:";

    private WokenThreads() {}

    /** Of those that live; to be compared with an earlier count while none ends. */
    static long count() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(WokenThreads::isOurs)
                    .mapToLong(WokenThreads::waited)
                    .sum();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isOurs(Path thread) {
        return line(thread.resolve("comm"), OURS) != null;
    }

    private static long waited(Path thread) {
        String line = line(thread.resolve("status"), WAITED);
        return line == null ? 0 : Long.parseLong(line.substring(WAITED.length()).strip());
    }

    /** Null where there is no such line, or no such thread any more. */
    private static @Nullable String line(Path file, String beginning) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(beginning)).findFirst().orElse(null);
        } catch (IOException | UncheckedIOException ended) {
            return null;
        }
    }
}
