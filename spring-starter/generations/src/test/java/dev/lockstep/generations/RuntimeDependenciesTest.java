package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/**
 * Every jar that the starter forces upon its users, by name. A jar that is not expected reached them by accident, most
 * likely through a dependency of seata-core or netty-all: exclude it there. One that is meant to come is added to {@code
 * runtime-dependencies.expected} of the generation, with its reason in the pom.
 */
class RuntimeDependenciesTest {

    private static final Pattern DEPENDENCY = Pattern.compile("^\\s+([\\w.-]+:[\\w.-]+):jar:.*");

    @Test
    void the_generation_is_the_one_that_the_module_names() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.version"));
    }

    @Test
    void no_jar_reaches_users_that_is_not_meant_to() throws IOException {
        // The build writes this list in the phase before the tests.
        List<String> found = Files.readAllLines(Path.of(System.getProperty("runtime.dependencies"))).stream()
                .map(DEPENDENCY::matcher)
                .filter(Matcher::matches)
                .map(dependency -> dependency.group(1))
                .toList();

        assertThat(found).containsExactlyInAnyOrderElementsOf(expected());
    }

    private static List<String> expected() throws IOException {
        try (InputStream list = RuntimeDependenciesTest.class.getResourceAsStream("/runtime-dependencies.expected")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
