package dev.lockstep.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;

/**
 * The conversation of a client process with the comparison, over standard input and output.
 *
 * <pre>
 *   comparison                              client
 *                                           !ready                       connected, and one transaction committed
 *   round WORKLOAD CALLERS LEAD-IN-MILLISECONDS WINDOW-MILLISECONDS
 *                                           !result NAME=NUMBER ...
 *   close
 *                                           !closed
 * </pre>
 *
 * <p>Lines without {@code !} are the client's own talk and mean nothing here. What goes wrong is told as {@code !failed
 * REASON}. When standard input ends, the comparison is gone, and so is the process, at once.
 */
public final class ClientProcess {

    private static final String READY = "!ready";
    private static final String RESULT = "!result ";
    private static final String FAILED = "!failed ";
    private static final String CLOSED = "!closed";
    private static final String ROUND = "round ";
    private static final String CLOSE = "close";

    private static final int COMPARISON_GONE = 86;

    private ClientProcess() {}

    /** Builds a client and connects it. */
    @FunctionalInterface
    public interface Opening {

        /**
         * @param settings the arguments of the process, each given as {@code name=value}
         */
        ClientUnderLoad open(Map<String, String> settings) throws Exception;
    }

    /** Opens the client, does what it is told until it is told to close, and ends the process. */
    public static void serve(String[] arguments, Opening opening) {
        var out = System.out;
        // Whatever the client's libraries print must not look like an answer.
        System.setOut(System.err);
        try {
            var settings = settings(arguments);
            var client = opening.open(settings);
            var rounds = new MeteredRound(
                    client,
                    ServersAtWork.of(settings),
                    Duration.ofSeconds(Long.parseLong(settings.getOrDefault("drain-seconds", "60"))));
            answer(out, READY);
            converse(out, client, rounds);
            System.exit(0);
        } catch (Throwable failure) {
            // Through the JDK alone: what a client brings to log with may be what has failed.
            System.getLogger(ClientProcess.class.getName())
                    .log(System.Logger.Level.ERROR, "The client has failed", failure);
            answer(out, FAILED + failure);
            System.exit(1);
        }
    }

    private static void converse(PrintStream out, ClientUnderLoad client, MeteredRound rounds) throws Exception {
        var orders = new Orders();
        while (true) {
            var order = orders.next();
            if (order.startsWith(ROUND)) {
                var result = rounds.run(Round.parse(order.substring(ROUND.length())));
                answer(out, RESULT + result.line());
            } else if (order.equals(CLOSE)) {
                client.close();
                answer(out, CLOSED);
                return;
            } else {
                throw new IOException("Unknown order: \"" + order + "\".");
            }
        }
    }

    private static void answer(PrintStream out, String line) {
        out.println(line.replace('\n', ' '));
        out.flush();
    }

    private static Map<String, String> settings(String[] arguments) {
        var settings = new HashMap<String, String>();
        for (var argument : arguments) {
            var equals = argument.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("Not name=value: \"" + argument + "\".");
            }
            settings.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return settings;
    }

    /** The order that begins this round. */
    public static String orderOf(Round round) {
        return ROUND + round.line();
    }

    /** The order that ends the process. */
    public static String closeOrder() {
        return CLOSE;
    }

    /** Whether a line of output is an answer, and not the client's own talk. */
    public static boolean isAnswer(String line) {
        return line.startsWith("!");
    }

    public static boolean isReady(String answer) {
        return answer.equals(READY);
    }

    /**
     * @throws IllegalStateException if the answer is anything but a result
     */
    public static RoundResult resultOf(String answer) {
        if (!answer.startsWith(RESULT)) {
            throw new IllegalStateException("The client answered \"" + answer + "\" instead of a result.");
        }
        return RoundResult.parse(answer.substring(RESULT.length()));
    }

    /** Reads orders ahead, on a thread of its own, so that the end of the comparison is noticed during a round, too. */
    private static final class Orders {

        private final SynchronousQueue<String> next = new SynchronousQueue<>();

        Orders() {
            var reader = new Thread(this::read, "orders");
            reader.setDaemon(true);
            reader.start();
        }

        String next() throws InterruptedException {
            return next.take();
        }

        private void read() {
            try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    next.put(line);
                }
            } catch (IOException | InterruptedException gone) {
                // As good as the end of the input.
            }
            // Not exit(): shutdown hooks could hang, and nobody is left to wait for them.
            Runtime.getRuntime().halt(COMPARISON_GONE);
        }
    }
}
