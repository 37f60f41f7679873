package dev.lockstep.benchmarks.comparison;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The class paths of the clients, as the build of each has written them: no client sees a class of another, nor another
 * version of a library than its own build has chosen.
 */
final class ClassPaths {

    /** What every client process has: the load and the bare frames. */
    static final String LOAD = "load";

    /** The shop without a client. */
    static final String SHOP = "shop";

    static final String OFFICIAL = "official";
    static final String OFFICIAL_NEWER = "official-2.5";
    /** Our client as a Spring Boot application has it. */
    static final String STARTER = "starter";

    static final String LOCKSTEP = "lockstep";

    /** A Spring Boot application without a client, and the same with a starter. */
    static final String BOOT = "boot";

    static final String BOOT_LOCKSTEP = "boot-lockstep";
    static final String BOOT_OFFICIAL = "boot-official";

    private final Path repository;

    /**
     * @param repository the root folder of this repository, built
     */
    ClassPaths(Path repository) {
        this.repository = repository;
    }

    /** The class path of these clients, as a JVM takes it. */
    String of(String clients) {
        var own = folder(clients).resolve("target/classes");
        var libraries = repository.resolve("benchmarks/target/clients").resolve(clients + ".classpath");
        if (!Files.isDirectory(own) || !Files.isRegularFile(libraries)) {
            throw new IllegalStateException("The client \"" + clients + "\" is not built: " + own + " or " + libraries
                    + " is missing. Run ./mvnw -q package -pl benchmarks/comparison -am -Dmaven.test.skip.");
        }
        try {
            return own + File.pathSeparator + Files.readString(libraries).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(libraries + " cannot be read.", unreadable);
        }
    }

    private Path folder(String clients) {
        var benchmarks = repository.resolve("benchmarks");
        return Set.of(LOAD, SHOP).contains(clients)
                ? benchmarks.resolve(clients)
                : benchmarks.resolve("clients").resolve(clients);
    }
}
