package dev.lockstep.testing.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running child JVM. Its output goes to a log file, it ends when this process ends (see {@link ExitWithParent}), and it
 * can be stopped gently or killed at once.
 *
 * <p>Thread-safe. Closing is idempotent.
 */
public final class ChildJvm implements AutoCloseable {

    /** How long {@link #close()} lets the child run its shutdown hooks. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ChildJvm.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final long READY_POLL_NANOS = Duration.ofMillis(25).toNanos();
    private static final int SHOWN_LINES = 60;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildJvm(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Describes a child that runs this main class. */
    public static Builder main(String mainClass) {
        return new Builder(Objects.requireNonNull(mainClass, "mainClass"));
    }

    /** The process id, for messages and for looking at the process from outside. */
    public long pid() {
        return process.pid();
    }

    /** Everything the child has written, both streams in one file. */
    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits until the child is ready.
     *
     * @throws ChildNotReadyException if it ended or the time ran out; it is then dead
     */
    public void awaitReady(ReadyCheck check, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        IOException lastRefusal = null;
        while (process.isAlive()) {
            try {
                if (check.isReady(this)) {
                    return;
                }
            } catch (IOException notYet) {
                lastRefusal = notYet;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw notReady("was given up because the waiting thread was interrupted.", lastRefusal);
            }
            if (System.nanoTime() - end > 0) {
                throw notReady("was not ready within " + limit.toSeconds() + " s and was killed.", lastRefusal);
            }
            LockSupport.parkNanos(READY_POLL_NANOS);
        }
        throw notReady("ended with exit code " + process.exitValue() + " before it was ready.", lastRefusal);
    }

    private ChildNotReadyException notReady(String what, @Nullable Throwable cause) {
        kill();
        return new ChildNotReadyException(
                "Child JVM " + name + " (pid " + pid() + ") " + what + " Log: " + log + ".", lastOutput(), cause);
    }

    /** The last lines of the log. */
    public String lastOutput() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(unreadable: " + unreadable + ")";
        }
    }

    /** Ends the child at once (SIGKILL), without shutdown hooks, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        if (!awaitExit(KILL_LIMIT)) {
            LOG.error(
                    "[child {} {}] still there {} s after SIGKILL; look at it with ps",
                    name,
                    pid(),
                    KILL_LIMIT.toSeconds());
        }
    }

    /** Asks the child to end (SIGTERM), waits for its shutdown hooks, and kills it when the grace is over. */
    public void stop(Duration grace) {
        if (!process.isAlive()) {
            return;
        }
        // Not process.destroy(): that closes the child's standard input too, and the child would halt without its
        // hooks.
        process.toHandle().destroy();
        if (!awaitExit(grace)) {
            LOG.warn("[child {} {}] did not end within {} ms and is killed", name, pid(), grace.toMillis());
            kill();
        }
    }

    /** Waits until the child has ended by itself; false when it still runs after the limit or the wait is interrupted. */
    public boolean awaitExit(Duration limit) {
        try {
            return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The exit code; above 128 it is a signal's number plus 128. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Stops the child with {@link #DEFAULT_GRACE}. */
    @Override
    public void close() {
        stop(DEFAULT_GRACE);
    }

    @Override
    public String toString() {
        return "child JVM " + name + " (pid " + pid() + ")";
    }

    /** What to start. Not thread-safe; may be started several times. */
    public static final class Builder {

        private final String mainClass;
        private final List<String> classPath = new ArrayList<>();
        private final List<String> jvmArguments = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private Path workingDirectory = Path.of("").toAbsolutePath();
        private @Nullable Path log;
        private String name;

        private Builder(String mainClass) {
            this.mainClass = mainClass;
            this.name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
        }

        /** How messages call it; the simple name of the main class if not set. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Adds jars or folders, separated by the path separator. Wildcards are expanded by the JVM. */
        public Builder classPath(String entries) {
            classPath.add(Objects.requireNonNull(entries, "entries"));
            return this;
        }

        /** Adds the class path of this JVM, for main classes of the test itself. */
        public Builder ownClassPath() {
            return classPath(System.getProperty("java.class.path"));
        }

        public Builder jvmArguments(String... added) {
            jvmArguments.addAll(List.of(added));
            return this;
        }

        public Builder systemProperty(String key, String value) {
            jvmArguments.add("-D" + key + "=" + value);
            return this;
        }

        public Builder arguments(String... added) {
            arguments.addAll(List.of(added));
            return this;
        }

        /** Adds to the environment, which is otherwise that of this process. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Which Java runs it; that of this process if not set. */
        public Builder javaHome(Path javaHome) {
            this.javaHome = Objects.requireNonNull(javaHome, "javaHome");
            return this;
        }

        public Builder workingDirectory(Path workingDirectory) {
            this.workingDirectory = Objects.requireNonNull(workingDirectory, "workingDirectory");
            return this;
        }

        /** Where its output goes; {@code <name>.log} in the working directory if not set. An older file is replaced. */
        public Builder log(Path log) {
            this.log = Objects.requireNonNull(log, "log");
            return this;
        }

        /** Starts the child and waits until it is ready; see {@link ChildJvm#awaitReady}. */
        public ChildJvm start(ReadyCheck check, Duration limit) {
            ChildJvm child = start();
            child.awaitReady(check, limit);
            return child;
        }

        /** Starts the child without waiting for anything. */
        public ChildJvm start() {
            Path output = log != null ? log : workingDirectory.resolve(name + ".log");
            ProcessBuilder builder = new ProcessBuilder(command())
                    .directory(workingDirectory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            try {
                ChildJvm child = new ChildJvm(name, builder.start(), output);
                LOG.debug("[child {} {}] started, log {}", name, child.pid(), output);
                return child;
            } catch (IOException notStarted) {
                throw new UncheckedIOException(
                        "Child JVM " + name + " could not be started in " + workingDirectory + " with " + javaHome
                                + ".",
                        notStarted);
            }
        }

        private List<String> command() {
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin").resolve("java").toString());
            command.addAll(jvmArguments);
            command.add("-cp");
            command.add(String.join(File.pathSeparator, classPath) + File.pathSeparator + ownLocation());
            command.add(ExitWithParent.class.getName());
            command.add(mainClass);
            command.addAll(arguments);
            return command;
        }

        /** The jar or folder of {@link ExitWithParent}; last on the class path, so that it hides nothing of the child's. */
        private static Path ownLocation() {
            try {
                return Path.of(ExitWithParent.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
            } catch (URISyntaxException impossible) {
                throw new IllegalStateException("The class path of this JVM holds a malformed location.", impossible);
            }
        }
    }
}
