package dev.lockstep.spring.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.fault.LongWay;
import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.process.InstalledJdk;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mvnw verify -Plong -Dleg=virtual-threads}; needs a JDK 25, see {@link InstalledJdk}. */
@Tag("long")
@Tag("virtual-threads")
class VirtualThreadsIT {

    private static final int THREADS = 10_000;
    private static final int CONNECTIONS = 250;
    private static final Duration ROUND_TRIP = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long LONGEST_PIN_MICROS = 20_000;

    @Test
    void ten_thousand_virtual_threads_wait_for_a_slow_tc_without_holding_each_other_up(
            @SharedTc TcServer tc, @TempDir Path folder) throws IOException {
        Map<String, Long> seen;
        try (LongWay way = LongWay.to(tc.address(), ROUND_TRIP);
                ChildJvm child = ChildJvm.main(ManyVirtualThreads.class.getName())
                        .javaHome(InstalledJdk.home(25))
                        .ownClassPath()
                        .workingDirectory(folder)
                        .jvmArguments("-Xmx2g")
                        .arguments(
                                way.address(),
                                Long.toString(ROUND_TRIP.toMillis()),
                                Integer.toString(THREADS),
                                Integer.toString(CONNECTIONS))
                        .start()) {
            child.awaitReady(ready -> Files.readString(ready.log()).contains("## done"), LIMIT);
            seen = figures(child.log());
        }

        System.out.println("virtual threads: " + seen);
        assertThat(seen.get("sold")).isEqualTo(THREADS);
        assertThat(seen.get("took.millis")).isLessThanOrEqualTo(2 * seen.get("ideal.millis"));
        assertThat(seen.get("pinned.longest.micros")).isLessThanOrEqualTo(LONGEST_PIN_MICROS);
    }

    private static Map<String, Long> figures(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3).split("="))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Long.valueOf(parts[1])));
    }
}
