package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.buffer.Unpooled;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.RegisterRMResponse;
import io.seata.core.protocol.RegisterTMRequest;
import io.seata.core.protocol.RegisterTMResponse;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchCommitResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchRollbackRequest;
import io.seata.core.protocol.transaction.BranchRollbackResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import io.seata.core.protocol.transaction.GlobalRollbackResponse;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import io.seata.core.protocol.transaction.UndoLogDeleteRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The client against a TC whose every answer is written here. */
class SeataRpcClientTest {

    private static final String RESOURCE = "jdbc:h2:mem:orders";

    private final ScriptedTc tc = new ScriptedTc();
    private final RecordingInbound inbound = new RecordingInbound();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(tc));

    @AfterEach
    void close_clients_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    // Calls and their answers

    @Test
    void every_call_of_tm_and_rm_carries_its_arguments_and_returns_the_answer() throws TransactionException {
        var client = open(options());

        var xid = client.begin("ignored", "ignored", "create order", 60_000);
        assertThat(xid).startsWith(tc.address() + ":");
        assertThat(client.branchRegister(BranchType.AT, RESOURCE, null, xid, "{}", "stock:1,2"))
                .isPositive();
        client.branchReport(BranchType.AT, xid, 7, BranchStatus.PhaseOne_Done, "{\"a\":1}");
        assertThat(client.lockQuery(BranchType.AT, RESOURCE, xid, "stock:1")).isTrue();
        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin);
        assertThat(client.commit(xid)).isEqualTo(GlobalStatus.Committed);
        assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(client.globalReport(xid, GlobalStatus.Committed)).isEqualTo(GlobalStatus.Committed);

        var begin = tc.received(GlobalBeginRequest.class).get(0);
        assertThat(begin.getTransactionName()).isEqualTo("create order");
        assertThat(begin.getTimeout()).isEqualTo(60_000);
        var register = tc.received(BranchRegisterRequest.class).get(0);
        assertThat(register.getXid()).isEqualTo(xid);
        assertThat(register.getLockKey()).isEqualTo("stock:1,2");
        assertThat(register.getApplicationData()).isEqualTo("{}");
        await().until(() -> tc.frames(BranchReportRequest.class).count() == 1);
        var report = tc.received(BranchReportRequest.class).get(0);
        assertThat(report.getBranchId()).isEqualTo(7);
        assertThat(report.getStatus()).isEqualTo(BranchStatus.PhaseOne_Done);
        assertThat(report.getApplicationData()).isEqualTo("{\"a\":1}");
    }

    @Test
    void refused_register_tells_code_and_reason_of_the_tc() {
        tc.react(BranchRegisterRequest.class, (connection, request) -> {
            var answer = new BranchRegisterResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setMsg("Global lock acquire failed");
            answer.setTransactionExceptionCode(TransactionExceptionCode.LockKeyConflict);
            connection.answer(request, answer);
        });
        var client = open(options());

        var refused = catchThrowableOfType(
                TcRefusedException.class,
                () -> client.branchRegister(BranchType.AT, RESOURCE, null, xid(), null, "stock:1"));

        assertThat(refused.getCode()).isEqualTo(TransactionExceptionCode.LockKeyConflict);
        assertThat(refused.globalStatus()).isNull();
        assertThat(refused).hasMessageContaining("Global lock acquire failed").hasMessageContaining(xid());
    }

    @Test
    void refused_rollback_carries_the_status_of_the_transaction() {
        tc.react(GlobalRollbackRequest.class, (connection, request) -> {
            var answer = new GlobalRollbackResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setMsg("rm client is not connected");
            answer.setGlobalStatus(GlobalStatus.RollbackRetrying);
            connection.answer(request, answer);
        });
        var client = open(options());

        var refused = catchThrowableOfType(TcRefusedException.class, () -> client.rollback(xid()));

        assertThat(refused.globalStatus()).isEqualTo(GlobalStatus.RollbackRetrying);
    }

    @Test
    void fail_fast_lock_code_of_a_tc_1_8_is_not_read_as_not_leader() {
        tc.version("1.8.0").react(BranchRegisterRequest.class, (connection, request) -> {
            var answer = new BranchRegisterResponse();
            answer.setResultCode(ResultCode.Failed);
            answer.setTransactionExceptionCode(TransactionExceptionCode.LockKeyConflictFailFast);
            connection.answer(request, answer);
        });
        var client = open(options());

        var refused = catchThrowableOfType(
                TcRefusedException.class,
                () -> client.branchRegister(BranchType.AT, RESOURCE, null, xid(), null, "stock:1"));

        assertThat(refused.getCode()).isEqualTo(TransactionExceptionCode.LockKeyConflictFailFast);
    }

    @Test
    void text_too_long_for_its_field_is_refused_and_the_connection_lives_on() throws TransactionException {
        var client = open(options());

        assertThatThrownBy(() -> client.begin(null, null, "x".repeat(32_768), 1_000))
                .isInstanceOf(UnsendableRequestException.class)
                .hasMessageContaining("transactionName")
                .hasMessageContaining("32768");

        assertThat(client.begin(null, null, "x".repeat(32_767), 1_000)).isNotNull();
        assertThat(tc.connections()).hasSize(1);
    }

    // Answers that are late, wrong or elsewhere

    @Test
    void lost_answer_is_told_as_unknown_after_the_timeout_and_the_late_one_is_dropped() throws Exception {
        var held = new CompletableFuture<Runnable>();
        tc.react(
                GlobalCommitRequest.class,
                (connection, request) -> held.complete(() -> connection.answer(request, committed())));
        var client = open(options().globalEndTimeout(Duration.ofMillis(200)));

        assertThatThrownBy(() -> client.commit(xid()))
                .isInstanceOf(AnswerLostException.class)
                .hasMessageContaining("outcome unknown")
                .hasMessageContaining(xid());

        held.get(30, TimeUnit.SECONDS).run();
        await().until(() -> events.contains("late GlobalCommitResponse"));
        assertThat(client.getStatus(xid())).isEqualTo(GlobalStatus.Begin);
    }

    @Test
    void answer_of_the_wrong_type_is_dropped_and_the_right_one_is_taken() throws TransactionException {
        tc.react(GlobalCommitRequest.class, (connection, request) -> {
            connection.answer(request, ScriptedTc.success(new BranchRegisterResponse()));
            connection.answer(request, committed());
        });
        var client = open(options());

        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);
        assertThat(events).contains("late BranchRegisterResponse");
    }

    @Test
    void second_answer_to_the_same_request_changes_nothing() throws TransactionException {
        tc.react(GlobalCommitRequest.class, (connection, request) -> {
            connection.answer(request, committed());
            connection.answer(request, committed());
        });
        var client = open(options());

        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);
        await().until(() -> events.contains("late GlobalCommitResponse"));
        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);
    }

    @Test
    void answer_that_comes_over_another_connection_is_taken() throws TransactionException {
        tc.react(
                GlobalCommitRequest.class,
                (connection, request) -> tc.connections().stream()
                        .filter(other -> other != connection)
                        .forEach(other -> other.answer(request, committed())));
        var client = open(options().maxConnections(2));
        await().until(() -> tc.frames(RegisterRMRequest.class).count() == 2);

        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);
    }

    @Test
    void results_of_a_batch_are_matched_by_the_ids_they_carry() throws Exception {
        var waiting = new CopyOnWriteArrayList<Frame>();
        tc.react(GlobalCommitRequest.class, (connection, request) -> {
            waiting.add(request);
            if (waiting.size() == 2) {
                var batch = new BatchResultMessage();
                var rollbacking = committed();
                rollbacking.setGlobalStatus(GlobalStatus.Rollbacking);
                batch.setResultMessages(List.of(rollbacking, committed()));
                batch.setMsgIds(
                        List.of(waiting.get(1).requestId(), waiting.get(0).requestId()));
                connection.write(new Frame(FrameType.RESPONSE, 12345, batch));
            }
        });
        var client = open(options());

        var first = CompletableFuture.supplyAsync(() -> commit(client));
        await().until(() -> waiting.size() == 1);
        var second = CompletableFuture.supplyAsync(() -> commit(client));

        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(GlobalStatus.Committed);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(GlobalStatus.Rollbacking);
    }

    // Loss of the connection

    @Test
    void hundred_requests_in_flight_fail_at_once_when_the_connection_is_reset() throws Exception {
        tc.ignore(GlobalCommitRequest.class);
        var client = open(options());
        var callers = Executors.newFixedThreadPool(100);
        try {
            var calls = IntStream.range(0, 100)
                    .mapToObj(i -> callers.submit(() -> client.commit(xid())))
                    .toList();
            await().until(() -> tc.frames(GlobalCommitRequest.class).count() == 100);

            tc.cut();

            for (var call : calls) {
                assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(AnswerLostException.class);
            }
            await().until(() -> events.contains("disconnected, failed 100"));
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void after_a_reset_the_client_is_back_with_both_roles_and_all_resources() throws TransactionException {
        var client = open(options());
        client.register("jdbc:h2:mem:a");
        client.register("jdbc:h2:mem:b");
        var before = tc.frames(RegisterTMRequest.class).count();

        tc.cut();

        await().until(() -> tc.frames(RegisterTMRequest.class).count() == before + 1);
        await().untilAsserted(() -> assertThat(last(tc.received(RegisterRMRequest.class))
                        .getResourceIds()
                        .split(","))
                .containsExactlyInAnyOrder("jdbc:h2:mem:a", "jdbc:h2:mem:b"));
        awaitAnswer(client);
    }

    @Test
    void while_the_tc_is_down_calls_fail_at_once_naming_address_and_cause_and_later_ones_work()
            throws TransactionException {
        var client = open(options().startupWait(Duration.ofSeconds(20)));
        assertThat(client.getStatus(xid())).isEqualTo(GlobalStatus.Begin);

        tc.stop();
        await().until(() -> events.stream().anyMatch(event -> event.startsWith("disconnected")));
        await().untilAsserted(() -> {
            var started = System.nanoTime();
            assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000))
                    .isInstanceOf(TcUnreachableException.class)
                    .hasMessageContaining("GlobalBeginRequest was not sent")
                    .hasMessageContaining(tc.address())
                    .hasMessageContaining("refused");
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
        });

        tc.restart();
        await().untilAsserted(() ->
                assertThatCode(() -> client.begin(null, null, "tx", 1_000)).doesNotThrowAnyException());
    }

    @Test
    void garbage_from_the_tc_ends_the_connection_fails_what_is_pending_and_a_new_one_is_made() {
        tc.react(
                GlobalCommitRequest.class,
                (connection, request) ->
                        connection.write(Unpooled.copiedBuffer("HTTP/1.1 400 Bad", StandardCharsets.US_ASCII)));
        var client = open(options());

        assertThatThrownBy(() -> client.commit(xid()))
                .isInstanceOf(AnswerLostException.class)
                .hasMessageContaining("not a frame");

        awaitAnswer(client);
        assertThat(tc.frames(RegisterTMRequest.class)).hasSize(2);
    }

    @Test
    void silent_tc_is_found_dead_and_a_healthy_one_is_kept_by_heartbeats() {
        var client = open(options().heartbeatInterval(Duration.ofMillis(100)).deadAfter(Duration.ofMillis(600)));
        // Alive for twice deadAfter only because pings are answered. Where a busy machine holds up both sides for so
        // long
        // the connection is given up, rightly, and the next one shows it.
        var healthy = await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> tc.connections().stream()
                                .filter(connection -> connection.pings() >= 12)
                                .findAny(),
                        Optional::isPresent)
                .orElseThrow();
        var before = disconnects();

        healthy.stopReading();

        await().until(() -> disconnects() > before);
        awaitAnswer(client);
    }

    @Test
    void tc_that_takes_connections_and_drops_them_is_not_asked_in_a_tight_loop() {
        tc.react(RegisterRMRequest.class, (connection, request) -> {
            var answer = new RegisterRMResponse(true);
            answer.setVersion("2.0.0");
            connection.answer(request, answer);
            connection.end();
        });
        var started = System.nanoTime();
        open(options().reconnectMin(Duration.ofMillis(100)).reconnectMax(Duration.ofSeconds(2)));

        await().until(() -> tc.frames(RegisterRMRequest.class).count() >= 4);

        // The waits between four attempts are at least 50, 100 and 200 ms.
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(350));
    }

    // Start

    @Test
    void call_right_after_open_waits_for_the_first_connection() throws TransactionException {
        var client = client(options(), tc.address());
        client.open(inbound, inbound);

        assertThat(client.begin(null, null, "tx", 1_000)).isNotNull();
    }

    @Test
    void call_right_after_open_fails_as_soon_as_the_tc_has_refused_the_connection() {
        tc.stop();
        var client = client(options().startupWait(Duration.ofMinutes(5)), tc.address());
        client.open(inbound, inbound);

        assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000)).isInstanceOf(TcUnreachableException.class);
    }

    @Test
    void who_hears_of_a_connection_can_use_it() {
        var connections = new CopyOnWriteArrayList<Integer>();
        var told = new CompletableFuture<SeataRpcClient>();
        var client = new SeataRpcClient(
                options().maxConnections(2).build(), StaticDiscovery.of(tc.address()), new RpcListener() {
                    @Override
                    public void connected(TcAddress address, String tcVersion) {
                        connections.add(told.join().state().nodes().get(0).connections());
                    }
                });
        opened.add(client);
        told.complete(client);

        client.open(inbound, inbound);

        await().untilAsserted(() -> assertThat(connections).containsExactly(1, 2));
    }

    @Test
    void client_to_be_opened_on_demand_connects_with_its_first_request() throws TransactionException {
        var client = client(options(), tc.address());
        client.openOnDemand(inbound, inbound);
        client.register(RESOURCE);
        assertThat(client.state().open()).isFalse();
        assertThat(client.state().nodes()).isEmpty();

        assertThat(client.begin(null, null, "tx", 1_000)).isNotNull();

        await().untilAsserted(() -> assertThat(tc.received(RegisterRMRequest.class))
                .anySatisfy(registration ->
                        assertThat(registration.getResourceIds()).isEqualTo(RESOURCE)));
        assertThatThrownBy(() -> client.openOnDemand(inbound, inbound)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void state_once_decided_opens_the_client_and_waits_for_its_first_connection() {
        var client = client(options(), tc.address());
        client.openOnDemand(inbound, inbound);

        assertThat(client.stateOnceDecided().isUsable()).isTrue();
    }

    @Test
    void state_once_decided_is_told_as_soon_as_the_tc_has_refused_the_connection() {
        tc.stop();
        var client = client(options().startupWait(Duration.ofMinutes(5)), tc.address());
        client.openOnDemand(inbound, inbound);

        var state = client.stateOnceDecided();

        assertThat(state.isUsable()).isFalse();
        assertThat(state.nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.lastError()).isNotNull());
    }

    @Test
    void client_whose_discovery_has_failed_is_opened_by_the_next_request() throws TransactionException {
        var failing = new AtomicBoolean(true);
        var discovery = new Discovery() {
            @Override
            public List<TcAddress> addresses() {
                if (failing.getAndSet(false)) {
                    throw new IllegalStateException("no registry");
                }
                return List.of(TcAddress.parse(tc.address()));
            }

            @Override
            public Subscription onChange(Runnable notice) {
                return () -> {};
            }
        };
        var client = new SeataRpcClient(options().build(), discovery, new Recorder());
        opened.add(client);
        client.openOnDemand(inbound, inbound);
        client.register(RESOURCE);

        assertThatThrownBy(client::openNow).isInstanceOf(IllegalStateException.class);

        assertThat(client.state().open()).isFalse();
        assertThat(client.begin(null, null, "tx", 1_000)).isNotNull();
        await().untilAsserted(() -> assertThat(tc.received(RegisterRMRequest.class))
                .anySatisfy(registration ->
                        assertThat(registration.getResourceIds()).isEqualTo(RESOURCE)));
    }

    @Test
    void client_that_was_closed_before_anything_needed_it_connects_to_nobody() {
        var client = client(options(), tc.address());
        client.openOnDemand(inbound, inbound);
        client.close();

        client.openNow();

        assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("closed");
        assertThat(client.stateOnceDecided().open()).isFalse();
    }

    @Test
    void client_that_nobody_has_opened_takes_no_request() {
        var client = client(options(), tc.address());

        assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Call open first");
        assertThatThrownBy(client::openNow).isInstanceOf(IllegalStateException.class);
        assertThat(client.stateOnceDecided().open()).isFalse();
    }

    @Test
    void refused_registration_is_told_with_the_hint_where_its_reason_stands() {
        tc.react(RegisterTMRequest.class, (connection, request) -> {
            var answer = new RegisterTMResponse(false);
            answer.setVersion("2.0.0");
            connection.answer(request, answer);
        });
        var client = open(options());

        assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("refused the RegisterTmRequest")
                .hasMessageContaining("log of that TC");
    }

    @Test
    void unknown_host_is_told_by_name() {
        var client = client(options(), "no-such-host.invalid:8091");
        client.open(inbound, inbound);

        assertThatThrownBy(() -> client.begin(null, null, "tx", 1_000))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void tm_registers_first_and_rm_only_after_its_answer() throws Exception {
        var held = new CompletableFuture<Runnable>();
        tc.react(
                RegisterTMRequest.class,
                (connection, request) -> held.complete(() -> {
                    var answer = new RegisterTMResponse(true);
                    answer.setVersion("2.0.0");
                    connection.answer(request, answer);
                }));
        var client = client(options().accessKey("me"), tc.address());
        client.open(inbound, inbound);

        var answer = held.get(30, TimeUnit.SECONDS);
        await().during(Duration.ofMillis(200))
                .until(() -> tc.received(RegisterRMRequest.class).isEmpty());
        answer.run();
        await().until(() -> tc.received(RegisterRMRequest.class).size() == 1);
        var tm = tc.received(RegisterTMRequest.class).get(0);
        assertThat(tm.getVersion()).isEqualTo("2.0.0");
        assertThat(tm.getApplicationId()).isEqualTo("orders");
        assertThat(tm.getTransactionServiceGroup()).isEqualTo("default_tx_group");
        assertThat(tm.getExtraData())
                .startsWith("ak=me\ndigest=default_tx_group,127.0.0.1,")
                .endsWith("authVersion=V4\n");
    }

    // Resources

    @Test
    void new_resource_is_announced_on_every_connection_before_register_returns() {
        var client = open(options().maxConnections(2));
        awaitConnections(2);

        client.register(RESOURCE);

        assertThat(tc.received(RegisterRMRequest.class).stream()
                        .filter(request -> RESOURCE.equals(request.getResourceIds())))
                .hasSize(2);
        client.register(RESOURCE);
        assertThat(tc.frames(RegisterRMRequest.class)).hasSize(4);
    }

    @Test
    void resource_registered_while_no_tc_is_there_is_announced_with_the_registration() {
        tc.stop();
        var client = client(options(), tc.address());
        client.register("jdbc:h2:mem:before-open");
        client.open(inbound, inbound);
        client.register(RESOURCE);

        tc.restart();

        await().untilAsserted(() -> assertThat(tc.received(RegisterRMRequest.class).stream()
                        .map(RegisterRMRequest::getResourceIds)
                        .map(ids -> List.of(ids.split(","))))
                .anySatisfy(ids -> assertThat(ids).containsExactlyInAnyOrder("jdbc:h2:mem:before-open", RESOURCE)));
    }

    @Test
    void resource_id_that_the_protocol_cannot_carry_is_refused() {
        var client = open(options());

        assertThatThrownBy(() -> client.register("jdbc:mysql://a,b/orders"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.register(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void connection_that_does_not_take_a_resource_is_replaced_by_one_that_has_it() {
        var client = open(options().connectTimeout(Duration.ofMillis(400)));
        await().until(() -> connects() > 0);
        var before = connects();
        var refused = new AtomicInteger();
        tc.react(RegisterRMRequest.class, (connection, request) -> {
            if (refused.getAndIncrement() > 0) {
                var answer = new RegisterRMResponse(true);
                answer.setVersion("2.0.0");
                connection.answer(request, answer);
            }
        });

        client.register(RESOURCE);

        await().until(() -> connects() > before);
        assertThat(last(tc.received(RegisterRMRequest.class)).getResourceIds()).isEqualTo(RESOURCE);
    }

    // Branch commands

    @Test
    void branch_commands_are_answered_once_with_the_id_of_the_tc() {
        open(options());

        var commitId = tc.command(fill(new BranchCommitRequest(), 11));
        var rollbackId = tc.command(fill(new BranchRollbackRequest(), 12));

        await().until(() -> tc.received(BranchCommitResponse.class).size() == 1
                && tc.received(BranchRollbackResponse.class).size() == 1);
        assertThat(tc.frames(BranchCommitResponse.class).map(Frame::requestId)).containsExactly(commitId);
        assertThat(tc.frames(BranchRollbackResponse.class).map(Frame::requestId))
                .containsExactly(rollbackId);
        var commit = tc.received(BranchCommitResponse.class).get(0);
        assertThat(commit.getXid()).isEqualTo(xid());
        assertThat(commit.getBranchId()).isEqualTo(11);
        assertThat(commit.getBranchStatus()).isEqualTo(BranchStatus.PhaseTwo_Committed);
        assertThat(tc.received(BranchRollbackResponse.class).get(0).getBranchStatus())
                .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void undo_log_deletion_reaches_the_rm_and_is_not_answered() {
        open(options());
        var deletion = new UndoLogDeleteRequest();
        deletion.setBranchType(BranchType.AT);
        deletion.setResourceId(RESOURCE);
        deletion.setSaveDays((short) 7);

        tc.command(deletion);

        await().until(() -> inbound.calls.contains("delete undo logs of " + RESOURCE + " older than 7"));
        assertThat(tc.received().stream().filter(frame -> frame.type() == FrameType.RESPONSE))
                .isEmpty();
    }

    @Test
    void command_whose_connection_died_is_not_answered_over_a_later_one() throws Exception {
        var release = new CountDownLatch(1);
        var blocking = new RecordingInbound() {
            @Override
            public BranchStatus branchRollback(
                    BranchType branchType, String xid, long branchId, String resourceId, String applicationData)
                    throws TransactionException {
                var status = super.branchRollback(branchType, xid, branchId, resourceId, applicationData);
                awaitQuietly(release);
                return status;
            }
        };
        var client = client(options(), tc.address());
        client.open(blocking, blocking);
        awaitConnections(1);
        tc.command(fill(new BranchRollbackRequest(), 12));
        await().until(() -> blocking.calls.size() == 1);

        tc.cut();
        await().until(() -> tc.frames(RegisterRMRequest.class).count() == 2);
        release.countDown();

        // The commit is handled after the rollback's answer would have left.
        await().until(() -> events.contains("command BranchRollbackRequest"));
        tc.command(fill(new BranchCommitRequest(), 13));
        await().until(() -> tc.received(BranchCommitResponse.class).size() == 1);
        assertThat(tc.received(BranchRollbackResponse.class)).isEmpty();
    }

    @Test
    void command_whose_connection_died_is_answered_over_a_sibling_that_was_there() throws Exception {
        var release = new CountDownLatch(1);
        var blocking = new RecordingInbound() {
            @Override
            public BranchStatus branchRollback(
                    BranchType branchType, String xid, long branchId, String resourceId, String applicationData)
                    throws TransactionException {
                var status = super.branchRollback(branchType, xid, branchId, resourceId, applicationData);
                awaitQuietly(release);
                return status;
            }
        };
        var client = client(options().maxConnections(2), tc.address());
        client.open(blocking, blocking);
        awaitConnections(2);
        var id = tc.command(fill(new BranchRollbackRequest(), 12));
        await().until(() -> blocking.calls.size() == 1);

        tc.connections().get(0).reset();
        await().until(() -> events.stream().anyMatch(event -> event.startsWith("disconnected")));
        release.countDown();

        await().until(() -> tc.received(BranchRollbackResponse.class).size() == 1);
        assertThat(tc.frames(BranchRollbackResponse.class).map(Frame::requestId))
                .containsExactly(id);
    }

    // Several nodes

    @Test
    void request_follows_its_xid_to_the_node_that_began_it() throws TransactionException {
        var other = new ScriptedTc();
        opened.add(other);
        var client = client(options(), tc.address() + "," + other.address());
        client.open(inbound, inbound);
        awaitConnections(2);

        for (var i = 0; i < 4; i++) {
            assertThat(client.getStatus(other.nextXid())).isEqualTo(GlobalStatus.Begin);
        }

        assertThat(tc.received(GlobalStatusRequest.class)).isEmpty();
    }

    @Test
    void request_follows_its_xid_also_where_the_node_calls_itself_otherwise() throws TransactionException {
        var other = new ScriptedTc();
        opened.add(other);
        tc.react(
                GlobalBeginRequest.class,
                (connection, request) -> connection.answer(request, ScriptedTc.begun("inner-a:8091:1")));
        other.react(
                GlobalBeginRequest.class,
                (connection, request) -> connection.answer(request, ScriptedTc.begun("inner-b:8091:2")));
        var client = client(options(), tc.address() + "," + other.address());
        client.open(inbound, inbound);
        awaitConnections(2);
        assertThat(List.of(client.begin(null, null, "tx", 1_000), client.begin(null, null, "tx", 1_000)))
                .containsExactlyInAnyOrder("inner-a:8091:1", "inner-b:8091:2");

        for (var i = 0; i < 4; i++) {
            client.commit("inner-b:8091:2");
        }

        assertThat(other.received(GlobalCommitRequest.class)).hasSize(4);
    }

    @Test
    void request_for_a_known_node_that_is_down_is_not_given_to_another() {
        var other = new ScriptedTc();
        opened.add(other);
        var client = client(options(), tc.address() + "," + other.address());
        client.open(inbound, inbound);
        awaitConnections(2);
        other.stop();
        await().until(() -> events.stream().anyMatch(event -> event.startsWith("disconnected")));

        assertThatThrownBy(() -> client.commit(other.nextXid()))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining(other.address());

        assertThat(tc.received(GlobalCommitRequest.class)).isEmpty();
    }

    // Load and end

    @Test
    void requests_of_many_callers_share_flushes_and_each_gets_its_own_answer() throws Exception {
        var flushes = new AtomicInteger();
        var frames = new AtomicInteger();
        var client = new SeataRpcClient(options().build(), StaticDiscovery.of(tc.address()), new RpcListener() {
            @Override
            public void flushed(TcAddress address, int flushedFrames, int bytes) {
                flushes.incrementAndGet();
                frames.addAndGet(flushedFrames);
            }
        });
        opened.add(client);
        client.open(inbound, inbound);
        var callers = Executors.newFixedThreadPool(32);
        try {
            var calls = IntStream.range(0, 32)
                    .mapToObj(caller -> callers.submit(() -> {
                        for (var i = 0; i < 200; i++) {
                            assertThat(client.begin(null, null, "tx", 1_000)).isNotNull();
                        }
                        return caller;
                    }))
                    .toList();
            for (var call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(frames.get()).isGreaterThanOrEqualTo(32 * 200);
        assertThat(flushes.get()).isLessThan(frames.get());
        var ids = tc.frames(GlobalBeginRequest.class).map(Frame::requestId).toList();
        assertThat(ids).hasSize(32 * 200).doesNotHaveDuplicates();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void thousands_of_virtual_threads_wait_for_their_answers_at_the_same_time() throws Exception {
        var threads = 5_000;
        var answers = new ArrayList<Runnable>();
        // Nobody is answered before all have asked: a caller that kept its carrier thread would keep others from
        // asking.
        tc.react(GlobalBeginRequest.class, (connection, request) -> {
            answers.add(() -> connection.answer(request, ScriptedTc.begun(tc.nextXid())));
            if (answers.size() == threads) {
                answers.forEach(Runnable::run);
            }
        });
        var client = open(options().tmRequestTimeout(Duration.ofMinutes(2)));
        var factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
        var callers = (ExecutorService) factory.invoke(null);
        try {
            var calls = IntStream.range(0, threads)
                    .mapToObj(i -> callers.submit(() -> client.begin(null, null, "tx", 1_000)))
                    .toList();
            var xids = new HashSet<String>();
            for (var call : calls) {
                xids.add(call.get(2, TimeUnit.MINUTES));
            }
            assertThat(xids).hasSize(threads);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void close_waits_for_requests_in_flight_and_refuses_later_ones() throws Exception {
        var held = new CompletableFuture<Runnable>();
        tc.react(
                GlobalCommitRequest.class,
                (connection, request) -> held.complete(() -> connection.answer(request, committed())));
        var client = open(options().closeTimeout(Duration.ofSeconds(20)));
        var call = CompletableFuture.supplyAsync(() -> commit(client));
        var answer = held.get(30, TimeUnit.SECONDS);

        var closing = CompletableFuture.runAsync(client::close);
        // Until the close has begun this is answered.
        await().untilAsserted(() -> assertThatThrownBy(() -> client.getStatus(xid()))
                .isInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("closed"));
        assertThat(call).isNotDone();
        answer.run();

        assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(GlobalStatus.Committed);
        closing.get(30, TimeUnit.SECONDS);
        client.close();
    }

    @Test
    void close_fails_what_is_not_answered_within_its_limit() throws Exception {
        tc.ignore(GlobalCommitRequest.class);
        var client = open(options().closeTimeout(Duration.ofMillis(200)));
        var call = CompletableFuture.supplyAsync(() -> commit(client));
        await().until(() -> tc.frames(GlobalCommitRequest.class).count() == 1);

        client.close();

        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(AnswerLostException.class)
                .hasStackTraceContaining("the client was closed");
    }

    @Test
    void closed_client_leaves_no_thread_behind() throws TransactionException {
        var before = Thread.getAllStackTraces().keySet();
        var client = open(options());
        client.commit(xid());
        var own = new ArrayList<>(Thread.getAllStackTraces().keySet());
        own.removeAll(before);
        own.removeIf(thread -> !thread.getName().startsWith("lockstep-"));
        assertThat(own).isNotEmpty();

        client.close();

        await().until(() -> own.stream().noneMatch(Thread::isAlive));
        assertThatThrownBy(() -> client.open(inbound, inbound)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listener_that_throws_harms_nobody() throws TransactionException {
        var client = new SeataRpcClient(options().build(), StaticDiscovery.of(tc.address()), new RpcListener() {
            @Override
            public void answered(TcAddress address, String request, long nanos) {
                throw new IllegalStateException("thrown by the test");
            }
        });
        opened.add(client);
        client.open(inbound, inbound);

        assertThat(client.begin(null, null, "tx", 1_000)).isNotNull();
        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);
    }

    @Test
    void listener_that_fails_with_errors_harms_nobody_and_the_client_reconnects() throws TransactionException {
        var client = new SeataRpcClient(options().build(), StaticDiscovery.of(tc.address()), new RpcListener() {
            @Override
            public void answered(TcAddress address, String request, long nanos) {
                throw new NoClassDefFoundError("thrown by the test");
            }

            @Override
            public void disconnected(TcAddress address, String reason, int requestsFailed) {
                throw new NoClassDefFoundError("thrown by the test");
            }

            @Override
            public void connectFailed(TcAddress address, String reason) {
                throw new NoClassDefFoundError("thrown by the test");
            }
        });
        opened.add(client);
        client.open(inbound, inbound);
        assertThat(client.commit(xid())).isEqualTo(GlobalStatus.Committed);

        tc.stop();
        await().until(() -> !client.state().isUsable());
        tc.restart();

        awaitAnswer(client);
    }

    @Test
    void interrupted_caller_still_learns_the_outcome_and_stays_interrupted() throws TransactionException {
        var client = open(options());
        Thread.currentThread().interrupt();

        var status = client.commit(xid());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(status).isEqualTo(GlobalStatus.Committed);
    }

    /** Nothing runs out of time because the machine is busy otherwise; where something shall, the test says so. */
    private RpcOptions.Builder options() {
        return RpcOptions.builder("orders", "default_tx_group")
                .connectTimeout(Duration.ofSeconds(20))
                .startupWait(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMax(Duration.ofMillis(400));
    }

    /** A client of the one TC, with its connections already attempted. */
    private SeataRpcClient open(RpcOptions.Builder options) {
        var client = client(options, tc.address());
        client.open(inbound, inbound);
        await().until(() -> tc.frames(RegisterTMRequest.class).findAny().isPresent());
        return client;
    }

    private SeataRpcClient client(RpcOptions.Builder options, String addresses) {
        var client = new SeataRpcClient(options.build(), StaticDiscovery.of(addresses), new Recorder());
        opened.add(client);
        return client;
    }

    private void awaitConnections(int count) {
        await().until(() -> connects() == count);
    }

    private long connects() {
        return events.stream().filter(event -> event.startsWith("connected")).count();
    }

    private long disconnects() {
        return events.stream().filter(event -> event.startsWith("disconnected")).count();
    }

    /** Waits until the client is connected (again) and a call works. */
    private void awaitAnswer(SeataRpcClient client) {
        await().ignoreExceptionsMatching(
                        failure -> failure instanceof TcUnreachableException || failure instanceof AnswerLostException)
                .untilAsserted(() -> assertThat(client.getStatus(xid())).isEqualTo(GlobalStatus.Begin));
    }

    private String xid() {
        return tc.address() + ":1";
    }

    private GlobalStatus commit(SeataRpcClient client) {
        try {
            return client.commit(xid());
        } catch (TransactionException e) {
            throw new IllegalStateException(e);
        }
    }

    private <R extends AbstractBranchEndRequest> R fill(R request, long branchId) {
        request.setXid(xid());
        request.setBranchId(branchId);
        request.setBranchType(BranchType.AT);
        request.setResourceId(RESOURCE);
        return request;
    }

    private static GlobalCommitResponse committed() {
        var answer = ScriptedTc.success(new GlobalCommitResponse());
        answer.setGlobalStatus(GlobalStatus.Committed);
        return answer;
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Recorder implements RpcListener {

        @Override
        public void connected(TcAddress address, String tcVersion) {
            events.add("connected " + tcVersion);
        }

        @Override
        public void disconnected(TcAddress address, String reason, int requestsFailed) {
            events.add("disconnected, failed " + requestsFailed);
        }

        @Override
        public void lateAnswer(TcAddress address, String answer) {
            events.add("late " + answer);
        }

        @Override
        public void commandAnswered(String command, BranchStatus status, long nanos) {
            events.add("command " + command);
        }
    }
}
