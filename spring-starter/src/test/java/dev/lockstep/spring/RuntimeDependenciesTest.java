package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every jar that the starter forces upon its users, by name. A jar that is not listed here reached them by accident, most
 * likely through a dependency of seata-core or netty-all: exclude it. One that was meant to come is added here, with its
 * reason in the pom.
 */
class RuntimeDependenciesTest {

    private static final Pattern DEPENDENCY =
            Pattern.compile("^\\s+([\\w.-]+:[\\w.-]+):jar:.*:(?:compile|runtime)\\b.*$");

    private static final Set<String> OURS = Set.of(
            "dev.lockstep:lockstep-seata-port",
            "dev.lockstep:lockstep-seata-rm",
            "dev.lockstep:lockstep-seata-rpc",
            "dev.lockstep:lockstep-seata-tm");

    private static final Set<String> FOREIGN = Set.of(
            "com.fasterxml.jackson.core:jackson-core",
            "commons-lang:commons-lang",
            "io.netty:netty-all",
            "io.netty:netty-buffer",
            "io.netty:netty-codec",
            "io.netty:netty-common",
            "io.netty:netty-handler",
            "io.netty:netty-resolver",
            "io.netty:netty-transport",
            "io.seata:seata-common",
            "io.seata:seata-core",
            "org.jspecify:jspecify",
            "org.slf4j:slf4j-api");

    /** A Boot application has these without us. */
    private static final Set<String> OF_SPRING = Set.of(
            "io.micrometer:micrometer-commons",
            "io.micrometer:micrometer-observation",
            "org.springframework.boot:spring-boot",
            "org.springframework.boot:spring-boot-autoconfigure",
            "org.springframework:spring-aop",
            "org.springframework:spring-beans",
            "org.springframework:spring-context",
            "org.springframework:spring-core",
            "org.springframework:spring-expression",
            "org.springframework:spring-jcl");

    @Test
    void no_jar_reaches_users_that_is_not_meant_to() throws IOException {
        Set<String> expected = new TreeSet<>(OURS);
        expected.addAll(FOREIGN);
        expected.addAll(OF_SPRING);

        assertThat(runtimeDependencies()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Set<String> runtimeDependencies() throws IOException {
        // The build writes the list in the phase before the tests.
        Path list = Path.of(System.getProperty("runtime.dependencies"));
        return Files.readAllLines(list).stream()
                .map(DEPENDENCY::matcher)
                .filter(Matcher::matches)
                .map(dependency -> dependency.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
