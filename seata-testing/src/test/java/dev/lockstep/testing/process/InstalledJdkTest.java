package dev.lockstep.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class InstalledJdkTest {

    @Test
    void a_jdk_that_is_nowhere_is_asked_for_by_name() {
        assertThatThrownBy(() -> InstalledJdk.home(9999))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a JDK 9999")
                .hasMessageContaining("-Djdk9999.home")
                .hasMessageContaining("JAVA9999_HOME");
    }

    @Test
    void a_home_that_is_named_is_taken_as_it_is() {
        System.setProperty("jdk9998.home", "/somewhere/jdk");
        try {
            assertThat(InstalledJdk.home(9998)).hasToString("/somewhere/jdk");
        } finally {
            System.clearProperty("jdk9998.home");
        }
    }

    @Test
    void the_running_version_is_found_beside_the_running_jdk() {
        int running = Runtime.version().feature();

        assertThat(Files.isExecutable(InstalledJdk.home(running).resolve("bin").resolve("java")))
                .isTrue();
    }
}
