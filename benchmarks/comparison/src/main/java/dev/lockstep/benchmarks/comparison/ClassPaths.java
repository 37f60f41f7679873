package dev.lockstep.benchmarks.comparison;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** What the names of those jars begin with that databases and their pool bring. */
    private static final List<String> DATABASES =
            List.of("h2-", "HikariCP-", "mariadb-java-client-", "mysql-connector-j-", "postgresql-");

    private final Path repository;
    private final boolean withDatabases;

    /**
     * @param repository the root folder of this repository, built
     */
    ClassPaths(Path repository) {
        this(repository, true);
    }

    private ClassPaths(Path repository, boolean withDatabases) {
        this.repository = repository;
        this.withDatabases = withDatabases;
    }

    /**
     * The same without databases, which belong to the application: to look for a class in their jars, with thousands of
     * entries, costs a JVM that starts more than many a part of a client.
     */
    ClassPaths withoutDatabases() {
        return new ClassPaths(repository, false);
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
            return Stream.concat(
                            Stream.of(own.toString()),
                            Stream.of(Files.readString(libraries).strip().split(File.pathSeparator)))
                    .filter(entry ->
                            withDatabases || !isOfDatabase(Path.of(entry).getFileName()))
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(libraries + " cannot be read.", unreadable);
        }
    }

    private static boolean isOfDatabase(Path jar) {
        return DATABASES.stream().anyMatch(jar.toString()::startsWith);
    }

    private Path folder(String clients) {
        var benchmarks = repository.resolve("benchmarks");
        return Set.of(LOAD, SHOP).contains(clients)
                ? benchmarks.resolve(clients)
                : benchmarks.resolve("clients").resolve(clients);
    }
}
