package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.process.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BigBranchTest {

    @TempDir
    private Path folder;

    @Test
    void twenty_thousand_rows_are_rolled_back_in_a_heap_of_160_mib_database_included() {
        try (ChildJvm child = ChildJvm.main(BigBranch.class.getName())
                .name("big-branch")
                .ownClassPath()
                .jvmArguments("-Xmx160m", "-XX:+ExitOnOutOfMemoryError")
                .log(folder.resolve("big-branch.log"))
                .start()) {
            assertThat(child.awaitExit(Duration.ofSeconds(120))).isTrue();
            assertThat(child.exitCode()).as(child.lastOutput()).isZero();
            assertThat(child.lastOutput()).contains("as before: " + BigBranch.ROWS);
        }
    }
}
