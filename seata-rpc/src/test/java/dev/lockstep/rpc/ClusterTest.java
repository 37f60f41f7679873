package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.LoadBalancing;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.RegisterTMRequest;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRollbackRequest;
import io.seata.core.protocol.transaction.BranchRollbackResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import io.seata.core.protocol.transaction.GlobalStatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client and two TC nodes, A and B: which of them is asked what. */
class ClusterTest {

    private final ScriptedTc a = new ScriptedTc();
    private final ScriptedTc b = new ScriptedTc();
    private final ChangingDiscovery discovery = new ChangingDiscovery();
    private final RecordingInbound inbound = new RecordingInbound();
    private final EventNotes events = new EventNotes();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(a, b));

    @AfterEach
    void close_clients_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    // Failing nodes

    @Test
    void node_that_does_not_answer_is_set_aside_asked_now_and_again_and_used_when_it_answers() throws Exception {
        var client = open(options().tmRequestTimeout(Duration.ofMillis(150)).probeInterval(Duration.ofMillis(50)));
        a.ignore(GlobalBeginRequest.class).ignore(GlobalStatusRequest.class);

        while (events.count("setAside " + a.address()) == 0) {
            beginOrLose(client);
        }

        assertThat(stateOf(client, a).setAside()).isTrue();
        assertThat(client.state().isUsable()).isTrue();
        // What A has not read yet it reads still.
        var asked = events.count("lost " + a.address() + " GlobalBeginRequest");
        await().until(() -> a.frames(GlobalBeginRequest.class).count() == asked);
        var atB = b.frames(GlobalBeginRequest.class).count();
        for (var i = 0; i < 20; i++) {
            beginOrLose(client);
        }
        await().until(() -> b.frames(GlobalBeginRequest.class).count() >= atB + 20);
        assertThat(a.frames(GlobalBeginRequest.class)).hasSize((int) asked);
        await().until(() -> a.frames(GlobalStatusRequest.class).count() >= 3);

        a.react(GlobalBeginRequest.class, (connection, request) -> connection.answer(request, begun(a)));
        a.react(GlobalStatusRequest.class, (connection, request) -> {
            var finished = ScriptedTc.success(new GlobalStatusResponse());
            finished.setGlobalStatus(GlobalStatus.Finished);
            connection.answer(request, finished);
        });

        await().until(() -> events.count("restored " + a.address()) == 1);
        assertThat(stateOf(client, a).setAside()).isFalse();
        awaitBeginAt(a, client);
        assertThat(events.count("setAside " + a.address())).isEqualTo(1);
    }

    @Test
    void node_that_cannot_be_reached_is_set_aside_and_back_as_soon_as_it_is() {
        var client = open(options());
        a.stop();

        await().until(() -> events.count("setAside " + a.address()) == 1);
        assertThat(stateOf(client, a))
                .satisfies(node -> assertThat(node.isConnected()).isFalse())
                .satisfies(node -> assertThat(node.lastError()).contains("refused"));

        a.restart();

        await().until(() -> events.count("restored " + a.address()) == 1);
        assertThat(stateOf(client, a))
                .satisfies(node -> assertThat(node.isConnected()).isTrue())
                .satisfies(node -> assertThat(node.lastError()).isNull());
    }

    @Test
    void only_node_is_used_although_it_was_set_aside() throws Exception {
        discovery.name(a);
        var client = client(options().tmRequestTimeout(Duration.ofMillis(100)).probeInterval(Duration.ofMinutes(1)));
        client.open(inbound, inbound);
        a.ignore(GlobalBeginRequest.class).ignore(GlobalStatusRequest.class);
        while (events.count("setAside") == 0) {
            beginOrLose(client);
        }
        assertThat(client.state().isUsable()).isFalse();

        a.react(GlobalBeginRequest.class, (connection, request) -> connection.answer(request, begun(a)));

        awaitBeginAt(a, client);
        assertThat(client.state().isUsable()).isTrue();
    }

    // Nodes that come and go

    @Test
    void node_no_longer_named_keeps_its_transactions_and_gets_no_new_ones() throws TransactionException {
        var client = open(options());
        var old = a.nextXid();

        discovery.name(b);

        assertThat(client.commit(old)).isEqualTo(GlobalStatus.Committed);
        assertThat(a.received(GlobalCommitRequest.class)).hasSize(1);
        for (var i = 0; i < 6; i++) {
            assertThat(client.begin(null, null, "tx", 1_000)).startsWith(b.address());
        }
        assertThat(stateOf(client, a).named()).isFalse();
    }

    @Test
    void node_named_later_is_connected_and_used() {
        discovery.name(b);
        var client = client(options());
        client.open(inbound, inbound);
        client.register("jdbc:h2:mem:orders");

        discovery.name(a, b);

        await().until(() -> events.count("connected " + a.address()) == 1);
        await().until(() -> client.begin(null, null, "tx", 1_000).startsWith(a.address()));
        assertThat(client.state().nodes()).allMatch(NodeState::named).hasSize(2);
    }

    @Test
    void node_named_again_after_it_was_dropped_serves_old_and_new_transactions() throws TransactionException {
        var client = open(options());
        var old = a.nextXid();
        discovery.name(b);

        discovery.name(a, b);

        await().until(() -> events.count("connected " + a.address()) == 2);
        assertThat(client.commit(old)).isEqualTo(GlobalStatus.Committed);
        await().until(() -> client.begin(null, null, "tx", 1_000).startsWith(a.address()));
    }

    @Test
    void node_named_again_serves_its_transactions_over_the_old_connection_until_there_is_a_new_one() throws Exception {
        var client = open(options());
        var old = a.nextXid();
        var calledOtherwise = "called.otherwise:8091:77";
        a.react(
                GlobalBeginRequest.class,
                (connection, request) -> connection.answer(request, ScriptedTc.begun(calledOtherwise)));
        await().until(() -> client.begin(null, null, "tx", 1_000).equals(calledOtherwise));
        discovery.name(b);
        a.ignore(RegisterTMRequest.class);

        discovery.name(a, b);

        assertThat(client.commit(old)).isEqualTo(GlobalStatus.Committed);
        assertThat(client.commit(calledOtherwise)).isEqualTo(GlobalStatus.Committed);
        assertThat(a.received(GlobalCommitRequest.class)).hasSize(2);
        assertThat(events.count("connected " + a.address())).isEqualTo(1);
    }

    @Test
    void node_no_longer_named_is_unknown_when_its_connection_is_lost_too() throws TransactionException {
        var client = open(options());
        var old = a.nextXid();
        discovery.name(b);

        a.stop();

        await().until(() -> client.state().nodes().size() == 1);
        assertThat(client.commit(old)).isEqualTo(GlobalStatus.Committed);
        assertThat(b.received(GlobalCommitRequest.class)).hasSize(1);
    }

    @Test
    void command_that_runs_when_its_node_is_named_anew_is_answered_over_the_connection_it_came_by() throws Exception {
        var released = new CountDownLatch(1);
        discovery.name(a);
        var client = client(options());
        client.open(
                new RecordingInbound() {
                    @Override
                    public BranchStatus branchRollback(
                            BranchType branchType,
                            String xid,
                            long branchId,
                            String resourceId,
                            @Nullable String applicationData) {
                        inbound.calls.add("rollback");
                        try {
                            assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return BranchStatus.PhaseTwo_Rollbacked;
                    }
                },
                inbound);
        await().until(() -> events.count("connected") == 1);
        a.command(rollback(7));
        await().until(() -> inbound.calls.contains("rollback"));
        discovery.name(b);
        await().until(() -> events.count("connected " + b.address()) == 1);

        discovery.name(a, b);
        await().until(() -> events.count("connected " + a.address()) == 2);
        client.getStatus(a.nextXid());
        released.countDown();

        await().until(() -> a.frames(BranchRollbackResponse.class).count() == 1);
        await().until(() -> a.connections().size() == 1);
    }

    private static BranchRollbackRequest rollback(long branchId) {
        var command = new BranchRollbackRequest();
        command.setXid("elsewhere:8091:77");
        command.setBranchId(branchId);
        command.setBranchType(BranchType.AT);
        command.setResourceId("jdbc:h2:mem:orders");
        return command;
    }

    @Test
    void discovery_that_throws_when_it_is_let_go_keeps_no_connection_open() {
        var client = open(options());
        discovery.throwAtEnd();

        client.close();

        await().until(() -> a.connections().isEmpty() && b.connections().isEmpty());
    }

    // Nodes by name

    @Test
    void participant_asks_the_node_that_calls_itself_by_the_address_which_its_name_stands_for() throws Exception {
        discovery.name(List.of(named(a), named(b)));
        var client = client(options());
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);

        for (var i = 0; i < 10; i++) {
            client.branchRegister(BranchType.AT, "jdbc:h2:mem:orders", null, a.nextXid(), null, "stock:1");
        }

        assertThat(a.received(BranchRegisterRequest.class)).hasSize(10);
    }

    @Test
    void node_that_answered_a_begin_with_an_address_goes_before_the_one_whose_name_stands_for_it() throws Exception {
        discovery.name(List.of(named(a), named(b)));
        var client = client(options());
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);
        var begun = a.nextXid();
        b.react(GlobalBeginRequest.class, (connection, request) -> connection.answer(request, ScriptedTc.begun(begun)));
        await().until(() -> client.begin(null, null, "tx", 1_000).equals(begun));

        client.commit(begun);

        assertThat(b.received(GlobalCommitRequest.class)).hasSize(1);
    }

    private static TcAddress named(ScriptedTc tc) {
        return new TcAddress("localhost", TcAddress.parse(tc.address()).port());
    }

    // Questions for the node of the xid alone

    @Test
    void status_at_home_is_asked_of_the_node_that_the_xid_names() throws TransactionException {
        var client = open(options());

        assertThat(client.statusAtHome(a.nextXid())).isEqualTo(GlobalStatus.Begin);

        assertThat(a.received(GlobalStatusRequest.class)).hasSize(1);
        assertThat(b.received(GlobalStatusRequest.class)).isEmpty();
    }

    @Test
    void status_at_home_of_an_unknown_node_is_asked_of_nobody() {
        var client = open(options());

        var failure =
                catchThrowableOfType(TcUnreachableException.class, () -> client.statusAtHome("elsewhere:8091:77"));

        assertThat(failure).hasMessageContaining("elsewhere:8091:77").hasMessageContaining("is not known here");
        assertThat(a.received(GlobalStatusRequest.class)).isEmpty();
        assertThat(b.received(GlobalStatusRequest.class)).isEmpty();
    }

    /** The name may lead to another TC by now, which would call a transaction of the first one finished. */
    @Test
    void status_at_home_is_asked_of_nobody_where_the_node_is_known_by_what_its_name_stood_for_alone() {
        discovery.name(List.of(named(a), named(b)));
        var client = client(options());
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);

        var failure = catchThrowableOfType(TcUnreachableException.class, () -> client.statusAtHome(a.nextXid()));

        assertThat(failure).hasMessageContaining("is not known here");
        assertThat(a.received(GlobalStatusRequest.class)).isEmpty();
        assertThat(b.received(GlobalStatusRequest.class)).isEmpty();
    }

    /** After it was lost, what the node is called by may lead to another TC. */
    @Test
    void status_at_home_is_asked_by_the_connection_that_began_with_such_a_head_as_long_as_it_lives() throws Exception {
        var client = open(options());
        a.react(
                GlobalBeginRequest.class,
                (connection, request) -> connection.answer(request, ScriptedTc.begun("elsewhere:8091:77")));
        await().until(() -> client.begin(null, null, "tx", 1_000).equals("elsewhere:8091:77"));

        assertThat(client.statusAtHome("elsewhere:8091:76")).isEqualTo(GlobalStatus.Begin);
        a.cut();
        await().until(() -> events.count("connected " + a.address()) == 2
                && stateOf(client, a).isConnected());

        var failure =
                catchThrowableOfType(TcUnreachableException.class, () -> client.statusAtHome("elsewhere:8091:76"));
        assertThat(failure).hasMessageContaining("is not known here");
        assertThat(a.received(GlobalStatusRequest.class)).hasSize(1);
        assertThat(b.received(GlobalStatusRequest.class)).isEmpty();
    }

    @Test
    void status_at_home_of_a_node_that_is_down_is_asked_of_nobody_else() {
        var client = open(options());
        a.stop();
        await().until(() -> !stateOf(client, a).isConnected());

        var failure = catchThrowableOfType(TcUnreachableException.class, () -> client.statusAtHome(a.nextXid()));

        assertThat(failure).hasMessageContaining(a.address());
        assertThat(b.received(GlobalStatusRequest.class)).isEmpty();
    }

    // Balance

    @Test
    void begins_go_round() throws TransactionException {
        // A node that owes an answer for long is given a wide berth, and the machine may stand still for that long.
        var now = System.nanoTime();
        discovery.name(a, b);
        var client = new SeataRpcClient(
                options().loadBalancing(LoadBalancing.ROUND_ROBIN).build(), discovery, events, () -> now);
        opened.add(client);
        client.open(inbound, inbound);
        await().until(() -> client.state().nodes().stream().allMatch(NodeState::isConnected));

        for (var i = 0; i < 10; i++) {
            client.begin(null, null, "tx", 1_000);
        }

        assertThat(a.received(GlobalBeginRequest.class)).hasSize(5);
        assertThat(b.received(GlobalBeginRequest.class)).hasSize(5);
    }

    @Test
    void requests_about_a_transaction_of_unknown_origin_meet_the_same_node_by_its_xid() throws TransactionException {
        var client = open(options().loadBalancing(LoadBalancing.XID));

        for (var i = 0; i < 10; i++) {
            client.getStatus("elsewhere:8091:77");
        }

        assertThat(List.of(
                        a.received(GlobalStatusRequest.class).size(),
                        b.received(GlobalStatusRequest.class).size()))
                .containsExactlyInAnyOrder(0, 10);
    }

    @Test
    void begins_go_where_the_fewest_requests_wait() throws Exception {
        a.ignore(GlobalCommitRequest.class);
        var client = open(options().loadBalancing(LoadBalancing.LEAST_IN_FLIGHT));
        var callers = callers(3);
        for (var i = 0; i < 3; i++) {
            callers.submit(() -> client.commit(a.nextXid()));
        }
        await().until(() -> stateOf(client, a).inFlight() == 3);

        for (var i = 0; i < 10; i++) {
            client.begin(null, null, "tx", 1_000);
        }

        assertThat(b.received(GlobalBeginRequest.class)).hasSize(10);
    }

    /** As when this JVM stood still: every node that owed an answer then looks silent afterwards. */
    @Test
    void of_two_silent_nodes_the_one_heard_of_last_is_asked() throws Exception {
        a.ignore(GlobalStatusRequest.class);
        b.ignore(GlobalStatusRequest.class);
        var now = new AtomicLong(System.nanoTime());
        discovery.name(a, b);
        var client = new SeataRpcClient(
                options().closeTimeout(Duration.ofMillis(100)).build(), discovery, events, now::get);
        opened.add(client);
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);
        var callers = callers(5);
        askInVain(client, a, callers);

        for (var i = 0; i < 4; i++) {
            now.addAndGet(Duration.ofMillis(100).toNanos());
            askInVain(client, b, callers);
            now.addAndGet(Duration.ofMillis(600).toNanos());
            assertThat(client.begin(null, null, "tx", 1_000)).startsWith(b.address());
        }
    }

    /** Returns when the request has left. */
    private void askInVain(SeataRpcClient client, ScriptedTc tc, ExecutorService callers) {
        var before = events.count("flushed " + tc.address());
        callers.submit(() -> client.getStatus(tc.nextXid()));
        await().until(() -> events.count("flushed " + tc.address()) > before);
    }

    // Raft

    @Test
    void leader_of_a_raft_cluster_is_found_by_the_answers_of_the_others_and_remembered() throws TransactionException {
        follow(a);
        var client = open(options());

        for (var i = 0; i < 10; i++) {
            assertThat(client.begin(null, null, "tx", 1_000)).startsWith(b.address());
        }

        assertThat(a.frames(GlobalBeginRequest.class).count()).isLessThanOrEqualTo(1);
    }

    @Test
    void new_leader_takes_the_transactions_of_the_old_one() throws TransactionException {
        follow(a);
        var client = open(options());
        for (var i = 0; i < 2; i++) {
            client.begin(null, null, "tx", 1_000);
        }

        follow(b);
        a.react(GlobalBeginRequest.class, (connection, request) -> connection.answer(request, begun(a)));

        assertThat(client.begin(null, null, "tx", 1_000)).startsWith(a.address());
        assertThat(client.commit(b.nextXid())).isEqualTo(GlobalStatus.Committed);
        assertThat(a.received(GlobalCommitRequest.class)).hasSize(1);
    }

    @Test
    void cluster_without_a_leader_refuses_after_each_node_was_asked_once() {
        follow(a);
        follow(b);
        var client = open(options());

        var refused = catchThrowableOfType(TcRefusedException.class, () -> client.begin(null, null, "tx", 1_000));

        assertThat(refused.getCode()).isEqualTo(TransactionExceptionCode.NotRaftLeader);
        assertThat(a.received(GlobalBeginRequest.class)).hasSize(1);
        assertThat(b.received(GlobalBeginRequest.class)).hasSize(1);
    }

    // State

    @Test
    void state_tells_what_a_health_check_asks() {
        discovery.name(a, b);
        var client = client(options());
        assertThat(client.state()).isEqualTo(new RpcState(false, List.of(), 0));

        client.open(inbound, inbound);
        await().until(() -> client.state().nodes().stream().allMatch(NodeState::isConnected));

        assertThat(client.state().open()).isTrue();
        assertThat(client.state().isUsable()).isTrue();
        assertThat(stateOf(client, a))
                .satisfies(node -> assertThat(node.connections()).isEqualTo(1))
                .satisfies(node -> assertThat(node.tcVersion()).isEqualTo("2.0.0"))
                .satisfies(node -> assertThat(node.inFlight()).isZero());

        client.close();
        assertThat(client.state()).isEqualTo(new RpcState(false, List.of(), 0));
    }

    /** This node answers as a follower does: the raft leader is another. */
    private static void follow(ScriptedTc tc) {
        tc.react(GlobalBeginRequest.class, (connection, request) -> {
            var answer = new GlobalBeginResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setTransactionExceptionCode(TransactionExceptionCode.NotRaftLeader);
            answer.setMsg("The current TC is not a leader node, interrupt processing !");
            connection.answer(request, answer);
        });
    }

    private static GlobalBeginResponse begun(ScriptedTc tc) {
        return ScriptedTc.begun(tc.nextXid());
    }

    private static void beginOrLose(SeataRpcClient client) throws TransactionException {
        try {
            client.begin(null, null, "tx", 1_000);
        } catch (AnswerLostException allowed) {
            // That is what the node is set aside for.
        }
    }

    /** Whose answers are in time mostly: the timeouts here are shorter than what may hold up a busy machine. */
    private static void awaitBeginAt(ScriptedTc tc, SeataRpcClient client) {
        await().ignoreExceptionsInstanceOf(AnswerLostException.class)
                .until(() -> client.begin(null, null, "tx", 1_000).startsWith(tc.address()));
    }

    private static NodeState stateOf(SeataRpcClient client, ScriptedTc tc) {
        return client.state().nodes().stream()
                .filter(node -> node.address().toString().equals(tc.address()))
                .findFirst()
                .orElseThrow();
    }

    private ExecutorService callers(int threads) {
        var callers = Executors.newFixedThreadPool(threads);
        opened.add(callers::shutdownNow);
        return callers;
    }

    private static RpcOptions.Builder options() {
        return RpcOptions.builder("orders", "default_tx_group")
                .connectTimeout(Duration.ofSeconds(20))
                .startupWait(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMin(Duration.ofMillis(10))
                .reconnectMax(Duration.ofMillis(100));
    }

    /** A client that is connected to both nodes. */
    private SeataRpcClient open(RpcOptions.Builder options) {
        discovery.name(a, b);
        var client = client(options);
        client.open(inbound, inbound);
        await().until(() -> events.count("connected") == 2);
        await().until(() -> client.state().nodes().stream().allMatch(NodeState::isConnected));
        return client;
    }

    private SeataRpcClient client(RpcOptions.Builder options) {
        var client = new SeataRpcClient(options.build(), discovery, events);
        opened.add(client);
        return client;
    }
}
