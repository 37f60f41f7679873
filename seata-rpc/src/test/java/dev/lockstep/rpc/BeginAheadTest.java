package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Begins that nobody waits for, and registrations that follow them by themselves. */
@Timeout(60)
class BeginAheadTest {

    private static final String RESOURCE = "jdbc:h2:mem:orders";

    private final ScriptedTc tc = new ScriptedTc();
    private final RecordingInbound inbound = new RecordingInbound();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(tc));

    @AfterEach
    void close_clients_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void a_begin_ahead_carries_its_arguments_and_ends_with_the_xid() throws Exception {
        var xid = soon(open(tc.address()).beginAhead(null, null, "create order", 60_000));

        assertThat(xid).startsWith(tc.address() + ":");
        var begin = tc.received(GlobalBeginRequest.class).get(0);
        assertThat(begin.getTransactionName()).isEqualTo("create order");
        assertThat(begin.getTimeout()).isEqualTo(60_000);
    }

    @Test
    void a_registration_is_sent_when_the_xid_is_there_and_its_caller_gets_the_branch_id() throws Exception {
        var held = holdBegins();
        var client = open(tc.address());
        var xid = client.beginAhead(null, null, "tx", 1_000);
        var registering = registering(client, xid);
        await().until(() -> held.get() != null);
        assertThat(tc.received(BranchRegisterRequest.class)).isEmpty();

        answer(held.get(), "tc:1:42");

        assertThat(soon(registering)).isPositive();
        assertThat(tc.received(BranchRegisterRequest.class)).singleElement().satisfies(register -> {
            assertThat(register.getXid()).isEqualTo("tc:1:42");
            assertThat(register.getLockKey()).isEqualTo("stock:1");
            assertThat(register.getApplicationData()).isEqualTo("{}");
            assertThat(register.getResourceId()).isEqualTo(RESOURCE);
        });
    }

    @Test
    void a_registration_behind_a_begin_that_is_there_already_is_sent_at_once() throws Exception {
        var client = open(tc.address());
        var xid = client.beginAhead(null, null, "tx", 1_000);
        soon(xid);

        assertThat(client.branchRegister(BranchType.AT, RESOURCE, xid, null, "stock:1"))
                .isPositive();
    }

    @Test
    void a_begin_that_is_lost_ends_both_at_once_and_nothing_is_registered() {
        var held = holdBegins();
        var client = open(tc.address());
        var xid = client.beginAhead(null, null, "tx", 1_000);
        var registering = registering(client, xid);
        await().until(() -> held.get() != null);

        tc.cut();

        assertThat(failureOf(xid))
                .isInstanceOf(AnswerLostException.class)
                .hasMessageContaining("GlobalBeginRequest: outcome unknown");
        assertThat(failureOf(registering)).isSameAs(failureOf(xid));
        assertThat(tc.received(BranchRegisterRequest.class)).isEmpty();
    }

    @Test
    void a_begin_that_a_silent_tc_does_not_answer_ends_by_its_timeout() {
        tc.ignore(GlobalBeginRequest.class);
        var client = open(tc.address(), options().tmRequestTimeout(Duration.ofMillis(200)));

        assertThat(failureOf(client.beginAhead(null, null, "tx", 1_000)))
                .isInstanceOf(AnswerLostException.class)
                .hasMessageContaining("the time ran out");
    }

    @Test
    void a_begin_that_is_refused_says_why() {
        tc.react(GlobalBeginRequest.class, (connection, request) -> {
            var answer = new GlobalBeginResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setMsg("no store");
            answer.setTransactionExceptionCode(TransactionExceptionCode.BeginFailed);
            connection.answer(request, answer);
        });

        assertThat(failureOf(open(tc.address()).beginAhead(null, null, "tx", 1_000)))
                .isInstanceOf(TcRefusedException.class)
                .hasMessageContaining("no store");
    }

    @Test
    void a_begin_without_a_connection_is_not_sent() {
        tc.stop();
        var client = client(tc.address(), options().startupWait(Duration.ofMillis(200)));
        client.open(inbound, inbound);

        assertThat(failureOf(client.beginAhead(null, null, "tx", 1_000)))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("GlobalBeginRequest was not sent");
    }

    @Test
    void a_registration_that_is_lost_behind_its_begin_says_so_with_the_xid() throws Exception {
        tc.react(BranchRegisterRequest.class, (connection, request) -> connection.end());
        var client = open(tc.address());
        var xid = client.beginAhead(null, null, "tx", 1_000);

        var lost = catchThrowableOfType(
                AnswerLostException.class, () -> client.branchRegister(BranchType.AT, RESOURCE, xid, null, "stock:1"));

        assertThat(lost).hasMessageContaining("BranchRegisterRequest of [" + soon(xid) + "]: outcome unknown");
    }

    @Test
    void a_registration_that_is_refused_behind_its_begin_tells_the_code_of_the_tc() {
        tc.react(BranchRegisterRequest.class, (connection, request) -> {
            var answer = new BranchRegisterResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setMsg("Global lock acquire failed");
            answer.setTransactionExceptionCode(TransactionExceptionCode.LockKeyConflict);
            connection.answer(request, answer);
        });
        var client = open(tc.address());
        var xid = client.beginAhead(null, null, "tx", 1_000);

        assertThatThrownBy(() -> client.branchRegister(BranchType.AT, RESOURCE, xid, null, "stock:1"))
                .isInstanceOfSatisfying(
                        TcRefusedException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(TransactionExceptionCode.LockKeyConflict));
    }

    @Test
    void a_begin_that_a_follower_refuses_goes_to_the_leader_of_the_raft_cluster() throws Exception {
        var leader = new ScriptedTc();
        opened.add(leader);
        tc.react(GlobalBeginRequest.class, (connection, request) -> {
            var answer = new GlobalBeginResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setTransactionExceptionCode(TransactionExceptionCode.NotRaftLeader);
            connection.answer(request, answer);
        });
        var client = open(tc.address() + "," + leader.address());
        await().until(() -> client.state().nodes().stream().allMatch(NodeState::isConnected));

        // In turn: one of two asks the follower first.
        for (var i = 0; i < 2; i++) {
            assertThat(soon(client.beginAhead(null, null, "tx", 1_000))).startsWith(leader.address());
        }
        assertThat(tc.received(GlobalBeginRequest.class)).isNotEmpty();
    }

    @Test
    void what_was_begun_and_not_needed_is_rolled_back_without_a_wait() throws Exception {
        var client = open(tc.address());
        var xid = soon(client.beginAhead(null, null, "tx", 1_000));

        assertThat(soon(client.rollbackUnused(xid))).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(tc.received(GlobalRollbackRequest.class))
                .singleElement()
                .satisfies(rollback -> assertThat(rollback.getXid()).isEqualTo(xid));
    }

    /** A begin that has reached the TC. */
    private record Held(ScriptedTc.Connection connection, Frame request) {}

    private AtomicReference<Held> holdBegins() {
        var held = new AtomicReference<Held>();
        tc.react(GlobalBeginRequest.class, (connection, request) -> held.set(new Held(connection, request)));
        return held;
    }

    private static void answer(Held begin, String xid) {
        begin.connection().answer(begin.request(), ScriptedTc.begun(xid));
    }

    private static CompletableFuture<Long> registering(SeataRpcClient client, CompletableFuture<String> xid) {
        var registered = new CompletableFuture<Long>();
        var caller = new Thread(() -> {
            try {
                registered.complete(client.branchRegister(BranchType.AT, RESOURCE, xid, "{}", "stock:1"));
            } catch (TransactionException | RuntimeException e) {
                registered.completeExceptionally(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
        return registered;
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return catchThrowableOfType(ExecutionException.class, () -> soon(future))
                .getCause();
    }

    private static RpcOptions.Builder options() {
        return RpcOptions.builder("orders", "default_tx_group")
                .connectTimeout(Duration.ofSeconds(20))
                .startupWait(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20));
    }

    private SeataRpcClient open(String addresses) {
        return open(addresses, options());
    }

    private SeataRpcClient open(String addresses, RpcOptions.Builder options) {
        var client = client(addresses, options);
        client.open(inbound, inbound);
        await().until(() -> client.state().isUsable());
        return client;
    }

    private SeataRpcClient client(String addresses, RpcOptions.Builder options) {
        var client = new SeataRpcClient(options.build(), StaticDiscovery.of(addresses));
        opened.add(client);
        return client;
    }
}
