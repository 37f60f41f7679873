package dev.lockstep.testing.tc;

import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.process.ChildNotReadyException;
import dev.lockstep.testing.process.FreePort;
import dev.lockstep.testing.process.ReadyCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real TC, with file store unless told otherwise, on ports of its own: started, killed, started again with what it had stored, and removed.
 *
 * <pre>{@code
 * try (TcServer tc = TcServer.version("1.8.0").start()) {
 *     client = connectTo(tc.address());
 *     tc.kill();
 *     tc.restart();
 * }
 * }</pre>
 *
 * <p>Store and logs lie in a temporary folder that {@link #close()} deletes. Calls are made by one thread at a time; any
 * thread may ask for the address.
 */
public final class TcServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TcServer.class);
    /** Starts take 1 to 5 s on an idle machine and up to 20 s on a loaded one. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final int PORT_TRIES = 4;

    private final Builder settings;
    private final String classPath;
    private final Path folder;
    private final int port;
    private final int consolePort;
    private int starts;
    private @Nullable ChildJvm process;

    private TcServer(Builder settings, String classPath, Path folder) {
        this.settings = settings;
        this.classPath = classPath;
        this.folder = folder;
        this.port = FreePort.find();
        this.consolePort = FreePort.findOtherThan(port);
    }

    /**
     * Describes a TC of this version, with file store and default settings.
     *
     * @param number 1.4.2, 1.5.0, 1.6.1, 1.7.1, 1.8.0 or 2.0.0
     */
    public static Builder version(String number) {
        return new Builder(TcVersion.of(number));
    }

    /** Version number, as given at the start. */
    public String version() {
        return settings.version.number();
    }

    /**
     * Where clients connect: {@code 127.0.0.1:port}. Stays the same over restarts. The xids begin with another host: a TC
     * names itself by an address of the machine's network and refuses to be told a loopback one (1.4.2 and 1.8.0, measured).
     */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * The process id of the latest start, to look at the process from outside.
     *
     * @throws IllegalStateException if it was never started
     */
    public long pid() {
        if (process == null) {
            throw new IllegalStateException(this + " was not started.");
        }
        return process.pid();
    }

    /** The output of the latest start. */
    public Path log() {
        return folder.resolve("server-" + starts + ".log");
    }

    /** Ends the TC at once, as a crash would (SIGKILL). Its store stays. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Ends the TC in its own order (SIGTERM), by force after 10 s. Its store stays. */
    public void stop() {
        if (process != null) {
            process.stop(STOP_GRACE);
        }
    }

    /**
     * Starts the TC again on the same port with the store as it is; kills it first if it still runs. Returns when it takes
     * registrations.
     *
     * @throws ChildNotReadyException if it does not come up; its last output is in the message
     */
    public void restart() {
        kill();
        launch();
    }

    /** Kills the TC and deletes its folder. */
    @Override
    public void close() {
        kill();
        deleteFolder(folder);
    }

    @Override
    public String toString() {
        return "TC " + version() + " at " + address();
    }

    private void launch() {
        starts++;
        ChildJvm.Builder jvm = ChildJvm.main(settings.version.mainClass())
                .name("tc-" + version())
                .classPath(classPath)
                .workingDirectory(folder)
                .log(log())
                // Logs that do not follow the working directory (1.4.2) follow this one.
                .systemProperty("user.home", folder.toString())
                .jvmArguments("-Xmx384m")
                .jvmArguments(settings.version.jvmArguments().toArray(String[]::new))
                .jvmArguments(settings.jvmArguments().toArray(String[]::new))
                .arguments(settings.version.arguments(port).toArray(String[]::new));
        if (settings.version.isBootApplication()) {
            jvm.systemProperty("spring.config.location", "file:./application.yml");
        }
        if (settings.durable) {
            DurableStore.systemProperties(folder).forEach(jvm::systemProperty);
        }
        settings.systemProperties.forEach(jvm::systemProperty);
        // The log line as well as the port: a foreign process could have taken the port in the meantime.
        ReadyCheck listening = ReadyCheck.logContains("listen port: " + port).and(ReadyCheck.portAccepts(port));
        process = jvm.start(listening, START_LIMIT);
        LOG.info("[tc {}] {} is up, pid {}, log {}", version(), address(), process.pid(), log());
    }

    private void writeConfiguration() throws IOException {
        DurableStore.writeScript(folder);
        Files.writeString(folder.resolve("application.yml"), """
                server.port: %d
                server.address: 127.0.0.1
                spring.application.name: seata-server
                spring.main.banner-mode: "off"
                console.user.username: seata
                console.user.password: seata
                seata:
                  config.type: file
                  registry.type: file
                  store.mode: file
                  security:
                    secretKey: a-secret-of-this-test-server-only
                    tokenValidityInMilliseconds: 1800000
                    ignore.urls: /**
                logging:
                  file.path: ./logs
                """.formatted(consolePort));
    }

    private static void deleteFolder(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException left) {
            LOG.warn("[tc] folder {} could not be deleted and is left", folder, left);
        }
    }

    /** What to start. Not thread-safe. */
    public static final class Builder {

        private final TcVersion version;
        private final Map<String, String> systemProperties = new LinkedHashMap<>();
        private final List<String> addedJvmArguments = new ArrayList<>();
        private boolean quickStart = true;
        private boolean durable;
        private @Nullable Path classPathFolder;

        private Builder(TcVersion version) {
            this.version = version;
        }

        /**
         * Sets a property of the server, for example {@code seata.transport.enable-tc-server-batch-send-response}. It is
         * given as a JVM system property, which every version ranks above its configuration files.
         */
        public Builder systemProperty(String key, String value) {
            systemProperties.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Adds JVM arguments, for example {@code -XX:ActiveProcessorCount=1}. */
        public Builder jvmArguments(String... added) {
            addedJvmArguments.addAll(List.of(added));
            return this;
        }

        /**
         * Whether the JVM is set to come up fast (the default) rather than to run fast. Measured on two cores: 1.8.0 is up
         * after 2.9 s instead of 5.1 s. Switch it off to compare speeds.
         */
        public Builder quickStart(boolean quickStart) {
            this.quickStart = quickStart;
            return this;
        }

        /**
         * Keeps sessions and locks in a database, by default an H2 file of its own. File store, the default, forgets a commit
         * whose second phase has not ended when it is killed; the H2 file may lack the last moments before a kill under load.
         * A database outside the killed process lacks nothing: name one in the property {@code seata.store.db.url}.
         *
         * @throws IllegalArgumentException for 1.4.2, whose settings cannot be given in this way
         */
        public Builder durable() {
            if (!version.isBootApplication()) {
                throw new IllegalArgumentException("TC " + version.number() + " takes no store settings here.");
            }
            durable = true;
            return this;
        }

        /** Where the files {@code tc-<version>.classpath} lie; the system property {@code lockstep.servers} if not set. */
        public Builder classPathFolder(Path classPathFolder) {
            this.classPathFolder = Objects.requireNonNull(classPathFolder, "classPathFolder");
            return this;
        }

        private List<String> jvmArguments() {
            List<String> all = new ArrayList<>();
            if (quickStart) {
                all.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
            }
            all.addAll(addedJvmArguments);
            return all;
        }

        /**
         * Starts the TC and waits until it takes registrations. If somebody else took its port meanwhile, tries others.
         *
         * @throws ChildNotReadyException if it does not come up; its last output is in the message
         */
        public TcServer start() {
            String classPath = TcClassPath.of(
                    version, classPathFolder != null ? classPathFolder : TcClassPath.folderFromSystemProperty());
            for (int attempt = 1; ; attempt++) {
                TcServer server = new TcServer(copy(), classPath, createFolder());
                try {
                    server.writeConfiguration();
                    server.launch();
                    return server;
                } catch (ChildNotReadyException notUp) {
                    server.close();
                    if (attempt == PORT_TRIES || !portWasTaken(notUp)) {
                        throw notUp;
                    }
                    LOG.info(
                            "[tc {}] port {} or {} was taken; trying others",
                            server.version(),
                            server.port,
                            server.consolePort);
                } catch (IOException notWritten) {
                    server.close();
                    throw new UncheckedIOException("No configuration could be written to " + server.folder, notWritten);
                }
            }
        }

        private Path createFolder() {
            try {
                return Files.createTempDirectory("lockstep-tc-" + version.number() + "-");
            } catch (IOException noFolder) {
                throw new UncheckedIOException("No temporary folder for TC " + version.number(), noFolder);
            }
        }

        private static boolean portWasTaken(ChildNotReadyException notUp) {
            String output = notUp.lastOutput();
            return output.contains("Address already in use") || output.contains("was already in use");
        }

        /** A later change of this builder must not reach a server that restarts. */
        private Builder copy() {
            Builder copy = new Builder(version);
            copy.systemProperties.putAll(systemProperties);
            copy.addedJvmArguments.addAll(addedJvmArguments);
            copy.quickStart = quickStart;
            copy.durable = durable;
            return copy;
        }
    }
}
