package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The starter's rule of the same name, for this module, which the starter cannot see. */
class MonitorTest {

    @Test
    void no_class_of_ours_enters_a_monitor() throws IOException, URISyntaxException {
        String code = disassembled(classesOf(WithTc.class));

        assertThat(code).contains("class dev.lockstep.spring.testing.SeenTransactions");
        assertThat(code.lines().filter(MonitorTest::isMonitor)).isEmpty();
    }

    /** Or the rule above would hold because nothing is seen. */
    @Test
    void the_disassembler_shows_monitors() throws IOException, URISyntaxException {
        String code = disassembled(classesOf(MonitorTest.class));

        assertThat(code.lines().filter(MonitorTest::isMonitor))
                .anyMatch(line -> line.contains("synchronized void method()"))
                .anyMatch(line -> line.endsWith("monitorenter"));
    }

    /** What must not be. */
    static final class Monitors {

        private int count;

        synchronized void method() {
            count++;
        }

        void block() {
            synchronized (this) {
                count++;
            }
        }
    }

    private static boolean isMonitor(String line) {
        return line.contains(" synchronized ") || line.endsWith("monitorenter");
    }

    private static List<String> classesOf(Class<?> one) throws IOException, URISyntaxException {
        Path root =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = Files.walk(root)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".class"))
                    .toList();
        }
    }

    private static String disassembled(List<String> classes) {
        List<String> arguments = new ArrayList<>(List.of("-p", "-c"));
        arguments.addAll(classes);
        var written = new StringWriter();
        try (var out = new PrintWriter(written)) {
            ToolProvider.findFirst("javap").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        }
        return written.toString();
    }
}
