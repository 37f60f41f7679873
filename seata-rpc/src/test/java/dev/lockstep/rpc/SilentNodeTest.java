package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.fault.Direction;
import dev.lockstep.testing.fault.FaultProxy;
import io.seata.core.exception.TransactionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten seconds of traffic to two nodes, one of which stops answering in the middle without ending its connection. */
class SilentNodeTest {

    private static final Duration HALF = Duration.ofSeconds(5);
    /** A begin and a call to B each, so many times in each half. */
    private static final int TICKS = 2_500;

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Below the time that a caller waits who waits for A, and as far above an answer as a machine busy with other tests needs. */
    private static final Duration BUSY_MACHINE = Duration.ofMillis(1_500);

    private final ScriptedTc a = new ScriptedTc();
    private final ScriptedTc b = new ScriptedTc();
    private final FaultProxy toA = FaultProxy.before(a.address());
    private final EventNotes events = new EventNotes();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(a, b, toA));

    @AfterEach
    void close_clients_then_proxies_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /**
     * One call.
     *
     * @param isBegin else about a transaction of B
     * @param answered else its answer was not there in time
     */
    private record Call(long began, boolean isBegin, boolean answered, String by, long nanos) {
        /** Negative if it began before A fell silent. */
        long since(long silent) {
            return began - silent;
        }
    }

    @Test
    void node_that_falls_silent_delays_no_call_to_another_and_keeps_hardly_a_begin() throws Exception {
        var client = open();
        for (var i = 0; i < 500; i++) {
            client.begin(null, null, "warm-up", 60_000);
        }
        var calls = new ConcurrentLinkedQueue<Call>();
        // Calls come when they come, and not when those before them are answered: threads for all that could wait at a
        // time.
        var callers = Executors.newFixedThreadPool(300);
        opened.add(callers::shutdownNow);
        Runnable both = () -> {
            callers.execute(() -> calls.add(timed(true, () -> client.begin(null, null, "tx", 60_000))));
            callers.execute(() -> calls.add(timed(false, () -> client.getStatus(b.nextXid()))));
        };
        atEveryTick(both);
        toA.blackhole(Direction.TO_TC, Direction.TO_CLIENT);
        var silent = System.nanoTime();
        atEveryTick(both);
        callers.shutdown();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        var all = List.copyOf(calls);
        print("calls to B", all, silent, call -> !call.isBegin());
        print("begins    ", all, silent, Call::isBegin);
        assertThat(all).hasSize(4 * TICKS);
        assertThat(all).filteredOn(call -> !call.isBegin()).allMatch(Call::answered);
        assertThat(all)
                .as("begins were spread over both nodes")
                .filteredOn(call -> call.isBegin() && call.since(silent) < 0)
                .anyMatch(call -> call.by().startsWith(a.address()))
                .anyMatch(call -> call.by().startsWith(b.address()));
        // A hundred and twenty-five would go to A in the half second after which any node is avoided.
        assertThat(all).filteredOn(call -> !call.answered()).hasSizeLessThan(40);
        for (var isBegin : List.of(true, false)) {
            assertThat(p99(all, call -> call.isBegin() == isBegin && call.since(silent) >= 0))
                    .isLessThan(BUSY_MACHINE.toNanos());
        }
    }

    /** For one half. Ticks that a machine that stood still has missed are not made up for: nobody's calls come in a burst then. */
    private static void atEveryTick(Runnable calls) {
        var period = HALF.toNanos() / TICKS;
        var next = System.nanoTime();
        for (var tick = 0; tick < TICKS; tick++) {
            next = Math.max(next + period, System.nanoTime());
            LockSupport.parkNanos(next - System.nanoTime());
            calls.run();
        }
    }

    private static Call timed(boolean isBegin, AskTc question) {
        var began = System.nanoTime();
        try {
            var result = String.valueOf(question.ask());
            return new Call(began, isBegin, true, result, System.nanoTime() - began);
        } catch (TransactionException notAnswered) {
            return new Call(began, isBegin, false, "", System.nanoTime() - began);
        }
    }

    private interface AskTc {
        Object ask() throws TransactionException;
    }

    private static void print(String what, List<Call> calls, long silent, Predicate<Call> chosen) {
        for (var half : List.of(true, false)) {
            var own = calls.stream()
                    .filter(chosen.and(call -> call.since(silent) < 0 == half))
                    .toList();
            System.out.printf(
                    "%s %s: %d answered, p99 %d us, max %d us; %d not answered, the last begun %d us after A fell silent%n",
                    what,
                    half ? "before A fell silent" : "after              ",
                    own.stream().filter(Call::answered).count(),
                    p99(own, call -> true) / 1_000,
                    own.stream()
                                    .filter(Call::answered)
                                    .mapToLong(Call::nanos)
                                    .max()
                                    .orElse(0)
                            / 1_000,
                    own.stream().filter(call -> !call.answered()).count(),
                    own.stream()
                                    .filter(call -> !call.answered())
                                    .mapToLong(call -> call.since(silent))
                                    .max()
                                    .orElse(0)
                            / 1_000);
        }
    }

    private static long p99(List<Call> calls, Predicate<Call> chosen) {
        var nanos =
                calls.stream().filter(chosen).mapToLong(Call::nanos).sorted().toArray();
        return nanos[nanos.length * 99 / 100];
    }

    private SeataRpcClient open() {
        var options = RpcOptions.builder("orders", "default_tx_group")
                .startupWait(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(20))
                .tmRequestTimeout(TIMEOUT)
                .build();
        var clock = new GivenTime();
        opened.add(clock);
        var client = new SeataRpcClient(
                options, StaticDiscovery.of(toA.address() + "," + b.address()), events, clock::nanos);
        opened.add(client);
        var inbound = new RecordingInbound();
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);
        return client;
    }
}
