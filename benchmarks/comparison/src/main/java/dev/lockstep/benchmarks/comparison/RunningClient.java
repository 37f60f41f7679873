package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.load.ProcessCost;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The process of a client and the conversation with it; see {@link ClientProcess}. It ends when this JVM ends, in whatever
 * way, because its standard input does.
 *
 * <p>Used by one thread.
 */
final class RunningClient implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);
    /** Beyond the length of a round: open transactions are finished, and second phases waited for at most 60 s. */
    private static final Duration ROUND_GRACE = Duration.ofSeconds(180);

    private static final String ENDED = "!failed: the process has ended";

    private final Contestant contestant;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final long startedNanos = System.nanoTime();
    private final Start start;

    private RunningClient(Contestant contestant, Process process, Path log) {
        this.contestant = contestant;
        this.process = process;
        this.log = log;
        listen();
        start = awaitReady();
    }

    /**
     * What it took until the client was connected and had committed one transaction.
     *
     * @param millis from the start of the process
     * @param cost of the process until then
     */
    record Start(double millis, ProcessCost cost) {}

    /** Starts a client that is told nothing but where the TC is. */
    static RunningClient start(Contestant contestant, ClassPaths classPaths, String tc, Path log) {
        return start(contestant, classPaths, List.of("tc=" + tc), log);
    }

    /**
     * Starts the process and waits until it is connected and has committed one transaction.
     *
     * @param servers where they are, each as {@code name=value}
     * @param log where its error output goes, log lines included
     */
    static RunningClient start(Contestant contestant, ClassPaths classPaths, List<String> servers, Path log) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xms512m");
        command.add("-Xmx512m");
        command.addAll(contestant.jvmArguments());
        command.add("-cp");
        command.add(classPaths.of(contestant.classPath()));
        command.add(contestant.mainClass());
        command.addAll(servers);
        command.add("application=bench-" + contestant.name());
        command.addAll(contestant.settings());
        try {
            var process =
                    new ProcessBuilder(command).redirectError(log.toFile()).start();
            return new RunningClient(contestant, process, log);
        } catch (IOException notStarted) {
            throw new UncheckedIOException("The client " + contestant.name() + " could not be started.", notStarted);
        }
    }

    String name() {
        return contestant.name();
    }

    Start start() {
        return start;
    }

    long pid() {
        return process.pid();
    }

    /** What the process has cost since its start. */
    ProcessCost cost() {
        return ProcessCost.of(process.pid());
    }

    /** Lets the client run one round; returns when every transaction of it is over, second phases included. */
    RoundResult run(Round round) {
        order(ClientProcess.orderOf(round));
        return ClientProcess.resultOf(answer(round.length().plus(ROUND_GRACE)));
    }

    private Start awaitReady() {
        var answer = answer(READY_LIMIT);
        var nanos = System.nanoTime() - startedNanos;
        if (!ClientProcess.isReady(answer)) {
            throw failure("answered \"" + answer + "\" instead of being ready");
        }
        return new Start(nanos / 1e6, cost());
    }

    private void order(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(
                    "The client " + name() + " takes no orders any more; see " + log + ".", gone);
        }
    }

    private String answer(Duration limit) {
        try {
            var answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw failure("gave no answer within " + limit.toSeconds() + " s");
            }
            return answer;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw failure("was not waited for any longer");
        }
    }

    private IllegalStateException failure(String what) {
        process.destroyForcibly();
        return new IllegalStateException("The client " + name() + " " + what + "; see " + log + ".");
    }

    private void listen() {
        var reader = new Thread(this::read, "answers of " + name());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                if (ClientProcess.isAnswer(line)) {
                    answers.add(line);
                }
            }
        } catch (IOException gone) {
            // The end of its output, as below.
        }
        answers.add(ENDED);
    }

    /** Asks the process to end, and makes it end when it does not. */
    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                order(ClientProcess.closeOrder());
            }
            if (!process.waitFor(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException alreadyGone) {
            process.destroyForcibly();
        }
    }
}
