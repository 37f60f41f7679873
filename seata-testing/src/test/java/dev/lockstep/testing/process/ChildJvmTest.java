package dev.lockstep.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {

    static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void child_gets_arguments_properties_environment_and_folder() throws IOException {
        try (ChildJvm child = child(ProgramsForTests.Stays.class)
                .arguments("one", "two words")
                .systemProperty("given.property", "property")
                .environment("GIVEN_VARIABLE", "variable")
                .start(ReadyCheck.logContains("arguments"), LIMIT)) {

            assertThat(Files.readString(child.log()))
                    .contains("arguments one two words in " + folder.toRealPath() + " with property and variable");
        }
    }

    @Test
    void stop_lets_shutdown_hooks_run_and_close_may_be_repeated() throws IOException {
        ChildJvm child = child(ProgramsForTests.Stays.class).start(ReadyCheck.logContains("arguments"), LIMIT);

        child.stop(LIMIT);
        child.close();
        child.close();

        assertThat(child.isAlive()).isFalse();
        assertThat(Files.readString(child.log())).contains("went in order");
    }

    @Test
    void kill_ends_the_child_at_once() throws IOException {
        ChildJvm child = child(ProgramsForTests.Stays.class).start(ReadyCheck.logContains("arguments"), LIMIT);

        child.kill();

        assertThat(child.isAlive()).isFalse();
        assertThat(child.exitCode()).isEqualTo(128 + 9);
        assertThat(Files.readString(child.log())).doesNotContain("went in order");
    }

    @Test
    void child_that_ends_before_it_is_ready_is_told_with_its_last_output() {
        assertThatThrownBy(() -> child(ProgramsForTests.Dies.class).start(ReadyCheck.logContains("never said"), LIMIT))
                .isInstanceOf(ChildNotReadyException.class)
                .hasMessageContaining("exit code 1 before it was ready")
                .hasMessageContaining("the last word")
                .hasMessageContaining("cannot go on");
    }

    @Test
    void child_that_is_not_ready_in_time_is_killed_and_its_output_told() {
        ReadyCheck neverButStarted = child -> {
            // Fails by the limit only when the child has had the time to say something.
            await().atMost(LIMIT)
                    .until(() -> ReadyCheck.logContains("arguments").isReady(child));
            return false;
        };

        assertThatThrownBy(() -> child(ProgramsForTests.Stays.class).start(neverButStarted, Duration.ofMillis(1)))
                .isInstanceOf(ChildNotReadyException.class)
                .hasMessageContaining("was not ready within")
                .hasMessageContaining("arguments")
                .satisfies(thrown -> assertThat(isGone(numberIn("pid (\\d+)", thrown.getMessage())))
                        .isTrue());
    }

    @Test
    void child_goes_away_when_its_parent_is_killed() throws IOException {
        ChildJvm parent = child(ProgramsForTests.StartsChild.class).start(ReadyCheck.logContains("grandchild "), LIMIT);
        long grandchild = numberIn("grandchild (\\d+)\\.", Files.readString(parent.log()));
        assertThat(isGone(grandchild)).isFalse();

        parent.kill();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(isGone(grandchild)).isTrue());
        assertThat(Files.readString(folder.resolve("grandchild.log"))).doesNotContain("went in order");
    }

    @Test
    void free_ports_lie_below_those_of_outgoing_connections() {
        assertThat(FreePort.find()).isBetween(20_000, 32_767);
    }

    private ChildJvm.Builder child(Class<?> program) {
        return ChildJvm.main(program.getName()).ownClassPath().workingDirectory(folder);
    }

    private static long numberIn(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** An orphan may stay as a zombie where nothing collects it; it runs no more, which is what counts. */
    private static boolean isGone(long pid) {
        if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException goneMeanwhile) {
            return true;
        }
    }
}
