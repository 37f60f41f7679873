package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.ScriptedTc.Connection;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchCommitResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import io.seata.core.protocol.transaction.GlobalStatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several connections to one node: when they are made, what goes over which, and when they end. */
class ConnectionsTest {

    private static final String RESOURCE = "jdbc:h2:mem:orders";
    private static final int BRANCHES = 20;

    private final ScriptedTc tc = new ScriptedTc();
    private final RecordingInbound inbound = new RecordingInbound();
    private final EventNotes events = new EventNotes();

    /** A clock that stands still until a test moves it: a busy machine makes no connection idle and no request expire. */
    private final AtomicLong stopped = new AtomicLong(System.nanoTime());

    private final List<AutoCloseable> opened = new ArrayList<>(List.of(tc));

    @AfterEach
    void close_clients_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void all_requests_of_a_transaction_use_one_connection_and_transactions_use_all() throws TransactionException {
        Map<String, Set<Connection>> used = new ConcurrentHashMap<>();
        tc.react(GlobalStatusRequest.class, (connection, request) -> {
            used.computeIfAbsent(((GlobalStatusRequest) request.body()).getXid(), xid -> ConcurrentHashMap.newKeySet())
                    .add(connection);
            var begun = ScriptedTc.success(new GlobalStatusResponse());
            begun.setGlobalStatus(GlobalStatus.Begin);
            connection.answer(request, begun);
        });
        var client = open(options().maxConnections(4), 4);

        for (var number = 0; number < 50; number++) {
            for (var i = 0; i < 3; i++) {
                client.getStatus(tc.address() + ":" + (9854533904216065L + number));
            }
        }

        assertThat(used.values()).hasSize(50).allMatch(connections -> connections.size() == 1);
        assertThat(used.values().stream().flatMap(Set::stream).distinct()).hasSize(4);
    }

    @Test
    void without_warm_up_further_connections_are_made_when_those_there_are_busy() {
        tc.ignore(GlobalCommitRequest.class);
        var client = open(options().maxConnections(3).warmUp(false), 1);
        client.register(RESOURCE);
        assertThat(tc.connections()).hasSize(1);
        var callers = Executors.newFixedThreadPool(200);
        opened.add(callers::shutdownNow);

        for (var i = 0; i < 200; i++) {
            callers.submit(() -> client.commit(tc.nextXid()));
        }

        await().until(() -> tc.connections().size() >= 2);
        await().untilAsserted(() -> assertThat(tc.received(RegisterRMRequest.class))
                .filteredOn(request -> RESOURCE.equals(request.getResourceIds()))
                .hasSize(tc.connections().size()));
    }

    @Test
    void idle_connection_is_closed_down_to_the_first_and_calls_go_on() throws TransactionException {
        var client = open(options().maxConnections(3).keepAlive(false).idleTime(Duration.ofMillis(100)), 3);

        await().until(() -> tc.connections().size() == 1);

        for (var i = 0; i < 10; i++) {
            assertThat(client.getStatus(tc.nextXid())).isEqualTo(GlobalStatus.Begin);
        }
        await().during(Duration.ofMillis(300)).until(() -> tc.connections().size() == 1);
        assertThat(client.state().nodes().get(0).lastError()).isNull();
    }

    @Test
    void idle_connection_is_kept_by_default() {
        open(options().maxConnections(3).idleTime(Duration.ofMillis(50)), 3);

        await().during(Duration.ofMillis(400)).until(() -> tc.connections().size() == 3);
    }

    @Test
    void connection_stays_while_a_branch_registered_over_it_awaits_its_second_phase() throws TransactionException {
        Map<Long, Connection> registeredOver = new ConcurrentHashMap<>();
        tc.react(BranchRegisterRequest.class, (connection, request) -> {
            var answer = ScriptedTc.success(new BranchRegisterResponse());
            answer.setBranchId(registeredOver.size() + 1L);
            registeredOver.put(answer.getBranchId(), connection);
            connection.answer(request, answer);
        });
        var client =
                open(options().maxConnections(2).keepAlive(false).idleTime(Duration.ofMillis(100)), 2, stopped::get);
        var xids = new HashMap<Long, String>();
        for (var i = 0; i < BRANCHES; i++) {
            var xid = tc.nextXid();
            xids.put(client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:" + i), xid);
        }
        assertThat(registeredOver.values().stream().distinct()).hasSize(2);

        stopped.addAndGet(Duration.ofMinutes(1).toNanos());
        await().during(Duration.ofMillis(500)).until(() -> tc.connections().size() == 2);

        // One is reported as failed, which ends it too; the second phase of all others comes.
        client.branchReport(BranchType.AT, xids.get(1L), 1, BranchStatus.PhaseOne_Failed, null);
        for (var branchId = 2L; branchId <= BRANCHES; branchId++) {
            var command = new BranchCommitRequest();
            command.setXid(xids.get(branchId));
            command.setBranchId(branchId);
            command.setBranchType(BranchType.AT);
            command.setResourceId(RESOURCE);
            registeredOver.get(branchId).write(new Frame(FrameType.REQUEST, (int) branchId, command));
        }
        await().until(() -> tc.frames(BranchCommitResponse.class).count() == BRANCHES - 1);

        // Again and again: the TC may have read the last answer before the client notes the time at which it wrote it.
        await().until(() -> {
            stopped.addAndGet(Duration.ofMinutes(1).toNanos());
            return tc.connections().size() == 1;
        });
    }

    @Test
    void request_that_its_connection_did_not_send_any_more_goes_over_another() throws Exception {
        var asked = new AtomicReference<Connection>();
        tc.react(GlobalStatusRequest.class, (connection, request) -> {
            asked.set(connection);
            var begun = ScriptedTc.success(new GlobalStatusResponse());
            begun.setGlobalStatus(GlobalStatus.Begin);
            connection.answer(request, begun);
        });
        var client = open(options().maxConnections(2), 2, stopped::get);
        var xid = tc.nextXid();
        client.getStatus(xid);
        var connection = asked.get();
        connection.stopReading();
        // More than the sockets hold: what comes after these is not written.
        for (var i = 0; i < 5; i++) {
            waiting(() ->
                    client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:" + "1".repeat(7_000_000)));
        }
        var waiting = waiting(() -> client.getStatus(xid));

        connection.reset();

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(GlobalStatus.Begin);
        assertThat(asked.get()).isNotSameAs(connection);
        assertThat(events.seen).noneMatch(event -> event.startsWith("lost") && event.endsWith("GlobalStatusRequest"));
    }

    private interface Call<T> {
        T make() throws TransactionException;
    }

    /** Makes a call on a thread of its own; returns when it waits for its answer, and so has taken its place in the queue. */
    private static <T> CompletableFuture<T> waiting(Call<T> call) {
        var result = new CompletableFuture<T>();
        var caller = new Thread(() -> {
            try {
                result.complete(call.make());
            } catch (TransactionException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
        await().until(() -> Stream.of(caller.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(CompletableFuture.class.getName())
                        && frame.getMethodName().equals("join")));
        return result;
    }

    private static RpcOptions.Builder options() {
        return RpcOptions.builder("orders", "default_tx_group")
                .connectTimeout(Duration.ofSeconds(20))
                .startupWait(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMin(Duration.ofMillis(10))
                .reconnectMax(Duration.ofMillis(100));
    }

    private SeataRpcClient open(RpcOptions.Builder options, int connections) {
        return open(options, connections, System::nanoTime);
    }

    private SeataRpcClient open(RpcOptions.Builder options, int connections, LongSupplier clock) {
        var client = new SeataRpcClient(options.build(), StaticDiscovery.of(tc.address()), events, clock);
        opened.add(client);
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == connections);
        return client;
    }
}
