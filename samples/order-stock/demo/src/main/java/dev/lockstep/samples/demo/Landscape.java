package dev.lockstep.samples.demo;

import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.process.FreePort;
import dev.lockstep.testing.process.ReadyCheck;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;

/**
 * The TC and the two services, each in a JVM of its own on free ports. They end with this process, whatever its end is.
 *
 * <p>Started by one thread; may be closed by any, once or several times.
 */
final class Landscape implements AutoCloseable {

    private static final String TC_VERSION = "1.8.0";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

    private final Path folder;
    private final Path logFolder;
    private final int tcConsolePort = FreePort.find();
    private final Deque<Runnable> endings = new ConcurrentLinkedDeque<>();
    private final Map<String, BooleanSupplier> running = new ConcurrentHashMap<>();
    private volatile String tcAddress = "";
    private volatile boolean closed;

    /**
     * @param folder of this sample, where the services have been built
     */
    Landscape(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        this.logFolder = Files.createDirectories(this.folder.resolve("target/demo"));
    }

    void startTc(Account account) {
        long from = System.nanoTime();
        TcServer tc = TcServer.version(TC_VERSION)
                .systemProperty("server.port", Integer.toString(tcConsolePort))
                .start();
        endings.push(tc::close);
        running.put("TC", tc::isRunning);
        tcAddress = tc.address();
        account.ready("TC " + TC_VERSION, tcAddress, Duration.ofNanos(System.nanoTime() - from));
    }

    /** Where the TC's own console answers. */
    URI tcConsole() {
        return URI.create("http://127.0.0.1:" + tcConsolePort);
    }

    URI startStock(Account account) {
        return startService(account, "stock");
    }

    /**
     * @param stock where the order service will find the stock service
     */
    URI startOrder(Account account, URI stock) {
        return startService(account, "order", "--stock.url=" + stock);
    }

    private URI startService(Account account, String name, String... settings) {
        long from = System.nanoTime();
        int port = FreePort.find();
        ChildJvm service = ChildJvm.main("org.springframework.boot.loader.launch.JarLauncher")
                .name(name)
                .classPath(folder.resolve(name + "/target/" + name + ".jar").toString())
                .workingDirectory(folder)
                .log(logFolder.resolve(name + ".log"))
                .jvmArguments("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .arguments("--server.port=" + port, "--seata.service.grouplist.default=" + tcAddress)
                .arguments(settings)
                .start();
        endings.push(service::close);
        running.put(name + " service", service::isAlive);
        service.awaitReady(
                ReadyCheck.logContains("Started ")
                        .and(ReadyCheck.portAccepts(port))
                        .and(ReadyCheck.logContains("Connected to TC ")),
                START_LIMIT);
        URI address = URI.create("http://127.0.0.1:" + port);
        account.ready(name + " service", address.toString(), Duration.ofNanos(System.nanoTime() - from));
        return address;
    }

    /** Where the output of the services is kept. */
    Path logFolder() {
        return logFolder;
    }

    /**
     * Waits, without limit, until one of the processes is gone.
     *
     * @return which one
     */
    String awaitFirstEnd() throws InterruptedException {
        while (true) {
            for (Map.Entry<String, BooleanSupplier> process : running.entrySet()) {
                if (!process.getValue().getAsBoolean()) {
                    return process.getKey();
                }
            }
            Thread.sleep(LOOK_INTERVAL.toMillis());
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends the processes, last started first. */
    @Override
    public void close() {
        closed = true;
        for (Runnable ending = endings.poll(); ending != null; ending = endings.poll()) {
            ending.run();
        }
    }
}
