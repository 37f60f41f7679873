package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.fault.CutForm;
import dev.lockstep.testing.fault.Direction;
import dev.lockstep.testing.fault.Fault;
import dev.lockstep.testing.fault.FaultProxy;
import dev.lockstep.testing.fault.FaultScript;
import dev.lockstep.testing.tc.TcServer;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every call, with its connection cut at every place that matters: what the caller is told is right or <em>unknown</em>, it
 * is told soon, and the next call works. What was seen, on every TC alike, is the table of {@code docs/delivery.md}.
 */
abstract class LostAnswerContract {

    /** Longer than any of these tests takes: what is told earlier was not told by a timeout. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** A cut is told in milliseconds; this leaves room for a busy machine and is far below any timeout set here. */
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(10);

    private static final String TABLE_BEGIN = "<!-- measured by LostAnswerContract: begin -->";
    private static final String TABLE_END = "<!-- measured by LostAnswerContract: end -->";

    private final String application = "lost-answer-" + UUID.randomUUID();
    private final String resource = "jdbc:h2:mem:" + application;
    private final RecordingInbound rm = new RecordingInbound();
    private final GivenTime clock = new GivenTime();
    private final TcServer tc;
    private final FaultProxy proxy;
    private final SeataRpcClient client;
    private final SeataRpcClient witness;
    private int rows;

    LostAnswerContract(TcServer tc) {
        this.tc = tc;
        proxy = FaultProxy.before(tc.address());
        client = new SeataRpcClient(options(application), StaticDiscovery.of(proxy.address()));
        witness = new SeataRpcClient(options(application + "-witness"), StaticDiscovery.of(tc.address()));
    }

    @BeforeEach
    void open() {
        var nobody = new RecordingInbound();
        witness.open(nobody, nobody);
        client.register(resource);
        client.open(rm, rm);
    }

    @AfterEach
    void close() {
        client.close();
        witness.close();
        proxy.close();
        clock.close();
    }

    @Test
    void outcome_told_is_right_or_unknown_wherever_the_connection_is_cut() throws Exception {
        var table = new ArrayList<String>();
        table.add("| call | cut | the caller is told | executed |");
        table.add("|---|---|---|---|");
        for (var call : calls()) {
            for (var place : Place.values()) {
                table.add(row(call, place));
            }
        }
        table.forEach(System.out::println);
        assertThat(documented()).as("the table in docs/delivery.md").isEqualTo(table);
    }

    /** Makes the cut, the call, and the two proofs; gives the line of the table. */
    private String row(Call call, Place place) throws Exception {
        var as = call.name + ", cut " + place.text;
        call.prepare();
        var truth = call.executedAfterwards();
        awaitConnected();
        place.arm(proxy, call);
        if (place == Place.BEFORE_CALL) {
            awaitDisconnected();
        }

        var started = clock.nanos();
        var told = told(call);
        var took = Duration.ofNanos(clock.nanos() - started);

        assertThat(took).as(as).isLessThan(SOON);
        proxy.script(FaultScript.NONE);
        proxy.startAccepting();
        awaitConnected();
        if (place.executed) {
            call.awaitExecuted();
        }
        if (truth.isPresent() && place.executed) {
            await(as).pollInterval(POLL).atMost(Duration.ofSeconds(20)).until(truth.get()::holds);
        } else if (truth.isPresent()) {
            assertThat(truth.get().holds()).as(as + ", executed").isFalse();
        }
        assertThat(call.again()).as(as + ", the next call").isTrue();
        rollbackAnyhow(call.xid);
        var executed = truth.isEmpty() ? "changes nothing" : place.executed ? "yes" : "no";
        return "| " + call.name + " | " + place.text + " | " + told + " | " + executed + " |";
    }

    private static String told(Call call) {
        try {
            call.make();
            return "success";
        } catch (TcUnreachableException e) {
            return "not sent";
        } catch (AnswerLostException e) {
            return "unknown";
        } catch (TransactionException e) {
            return e.toString();
        }
    }

    private void awaitConnected() {
        await().pollInterval(POLL)
                .ignoreExceptionsMatching(LostAnswerContract::isLoss)
                .until(() -> client.getStatus("nobody:1:1") != null);
    }

    private void awaitDisconnected() {
        await().pollInterval(POLL).until(() -> {
            try {
                client.getStatus("nobody:1:1");
                return false;
            } catch (TcUnreachableException e) {
                return true;
            } catch (AnswerLostException e) {
                return false;
            }
        });
    }

    /**
     * Has the TC roll back, now or at its next attempt: as long as it has not noticed that the branch's connection was cut, it waits
     * there for an answer, and refuses in the end.
     */
    private void rollbackAnyhow(String xid) throws TransactionException {
        try {
            witness.rollback(xid);
        } catch (TcRefusedException notYet) {
            assertThat(notYet.globalStatus()).isIn(GlobalStatus.RollbackRetrying, GlobalStatus.Finished);
        }
    }

    private static boolean isLoss(Throwable failure) {
        return failure instanceof TcUnreachableException || failure instanceof AnswerLostException;
    }

    private static RpcOptions options(String applicationId) {
        return RpcOptions.builder(applicationId, "default_tx_group")
                .startupWait(TIMEOUT)
                .connectTimeout(TIMEOUT)
                .tmRequestTimeout(TIMEOUT)
                .rmRequestTimeout(TIMEOUT)
                .globalEndTimeout(TIMEOUT)
                .reconnectMin(Duration.ofMillis(1))
                .reconnectMax(Duration.ofMillis(50))
                .build();
    }

    private boolean logHas(String text) throws IOException {
        return Files.readString(tc.log(), StandardCharsets.UTF_8).contains(text);
    }

    private static List<String> documented() throws IOException {
        var lines = Files.readAllLines(Path.of("..", "docs", "delivery.md"), StandardCharsets.UTF_8);
        var begin = lines.indexOf(TABLE_BEGIN);
        var end = lines.indexOf(TABLE_END);
        return begin < 0 || end < begin ? List.of() : lines.subList(begin + 1, end);
    }

    /** Where the connection is cut, as the table says it. */
    private enum Place {
        BEFORE_CALL("before the call", false),
        BEFORE_REQUEST("before the request", false),
        INSIDE_REQUEST("inside the request", false),
        AFTER_REQUEST("after the request", true),
        BEFORE_ANSWER("before the answer", true),
        INSIDE_HEAD("inside the answer's head", true),
        INSIDE_BODY("before the answer's last byte", true);

        private final String text;
        private final boolean executed;

        Place(String text, boolean executed) {
            this.text = text;
            this.executed = executed;
        }

        void arm(FaultProxy proxy, Call call) {
            if (this == BEFORE_CALL) {
                proxy.stopAccepting();
                proxy.cutAll(CutForm.RST);
            } else if (this == AFTER_REQUEST) {
                // A quick TC answers between the request and the cut.
                var cut = FaultScript.once(Direction.TO_TC, call.messageCode, fault());
                var noAnswer = FaultScript.once(Direction.TO_CLIENT, call.messageCode + 1, Fault.DROP);
                proxy.script((direction, frame) ->
                        (direction == Direction.TO_TC ? cut : noAnswer).faultFor(direction, frame));
            } else if (ordinal() < BEFORE_ANSWER.ordinal()) {
                proxy.script(FaultScript.once(Direction.TO_TC, call.messageCode, fault()));
            } else {
                proxy.script(FaultScript.once(Direction.TO_CLIENT, call.messageCode + 1, fault()));
            }
        }

        private Fault fault() {
            if (this == INSIDE_REQUEST) {
                return Fault.cutInside(-1, CutForm.RST);
            }
            if (this == AFTER_REQUEST) {
                return Fault.cutAfter(CutForm.RST);
            }
            if (this == INSIDE_HEAD) {
                return Fault.cutInside(9, CutForm.FIN);
            }
            // The client must have read what passed, so no reset.
            return this == INSIDE_BODY ? Fault.cutInside(-1, CutForm.FIN) : Fault.cutBefore(CutForm.RST);
        }
    }

    private interface Truth {
        boolean holds() throws Exception;
    }

    /** One kind of call, on a global transaction of its own each time. */
    private abstract class Call {

        final String name;
        final int messageCode;
        String xid = "";
        String lockKey = "";

        Call(String name, int messageCode) {
            this.name = name;
            this.messageCode = messageCode;
        }

        void prepare() throws Exception {
            xid = client.begin(null, null, "lost-answer", 120_000);
            lockKey = "stock:" + ++rows;
        }

        /** What, in the eyes of others, is true once the TC has executed the call; empty if it changes nothing. */
        Optional<Truth> executedAfterwards() throws Exception {
            return Optional.empty();
        }

        abstract void make() throws TransactionException;

        /** Where looking whether the TC has executed it would keep it from doing so later. */
        void awaitExecuted() {}

        /** The same call once more, after the loss; whether it succeeded. */
        boolean again() throws Exception {
            make();
            return true;
        }

        long branch() throws TransactionException {
            return client.branchRegister(BranchType.AT, resource, null, xid, null, lockKey);
        }
    }

    private List<Call> calls() {
        return List.of(
                new Begin(), new Register(), new Report(), new Commit(), new Rollback(), new Status(), new LockQuery());
    }

    private final class Begin extends Call {

        private String transactionName = "";

        Begin() {
            super("begin", 1);
        }

        @Override
        void prepare() {
            transactionName = "begin-" + UUID.randomUUID();
        }

        /**
         * Nobody knows the xid of a begin without an answer, but the TC's log has its name. Another begin, after it, shows
         * how far the log is.
         */
        @Override
        Optional<Truth> executedAfterwards() {
            var lost = transactionName;
            return Optional.of(() -> {
                var later = "later-" + UUID.randomUUID();
                witness.begin(null, null, later, 1_000);
                await().pollInterval(POLL).until(() -> isLogged(later));
                return isLogged(lost);
            });
        }

        private boolean isLogged(String name) throws IOException {
            return logHas("transactionName: " + name);
        }

        @Override
        void make() throws TransactionException {
            xid = client.begin(null, null, transactionName, 120_000);
        }
    }

    private final class Register extends Call {

        Register() {
            super("branch register", 11);
        }

        @Override
        Optional<Truth> executedAfterwards() throws TransactionException {
            var other = witness.begin(null, null, "other", 120_000);
            var wanted = lockKey;
            return Optional.of(() -> !witness.lockQuery(BranchType.AT, resource, other, wanted));
        }

        @Override
        void make() throws TransactionException {
            branch();
        }

        /** Of another row, so that it says nothing about the first one. */
        @Override
        boolean again() throws TransactionException {
            return client.branchRegister(BranchType.AT, resource, null, xid, null, "stock:" + ++rows) > 0;
        }
    }

    private final class Report extends Call {

        private long branchId;

        Report() {
            super("branch report", 13);
        }

        @Override
        void prepare() throws Exception {
            super.prepare();
            branchId = branch();
        }

        /** The TC rolls back no branch whose phase one was reported as failed. */
        @Override
        Optional<Truth> executedAfterwards() {
            var reported = "rollback " + branchId + " of " + resource;
            var transaction = xid;
            return Optional.of(() -> {
                rollbackAnyhow(transaction);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> witness.getStatus(transaction) == GlobalStatus.Finished);
                return !rm.calls.contains(reported);
            });
        }

        /** A worker of the TC may still have it; after the rollback it would change nothing. */
        @Override
        void awaitExecuted() {
            var line = "Report branch status successfully, xid = " + xid + ", branchId = " + branchId;
            await(line).pollInterval(POLL).atMost(Duration.ofSeconds(20)).until(() -> logHas(line));
        }

        @Override
        void make() throws TransactionException {
            client.branchReport(BranchType.AT, xid, branchId, BranchStatus.PhaseOne_Failed, null);
        }

        @Override
        boolean again() throws Exception {
            prepare(); // the proof has ended the transaction
            return super.again();
        }
    }

    private final class Commit extends Call {

        Commit() {
            super("commit", 7);
        }

        @Override
        void prepare() throws Exception {
            super.prepare();
            branch();
        }

        @Override
        Optional<Truth> executedAfterwards() {
            var transaction = xid;
            return Optional.of(() -> witness.getStatus(transaction) != GlobalStatus.Begin);
        }

        @Override
        void make() throws TransactionException {
            client.commit(xid);
        }

        @Override
        boolean again() throws TransactionException {
            return client.commit(xid) != GlobalStatus.UnKnown;
        }
    }

    private final class Rollback extends Call {

        Rollback() {
            super("rollback", 9);
        }

        @Override
        void prepare() throws Exception {
            super.prepare();
            branch();
        }

        @Override
        Optional<Truth> executedAfterwards() {
            var transaction = xid;
            return Optional.of(() -> witness.getStatus(transaction) != GlobalStatus.Begin);
        }

        @Override
        void make() throws TransactionException {
            client.rollback(xid);
        }

        @Override
        boolean again() throws TransactionException {
            try {
                return client.rollback(xid) != GlobalStatus.UnKnown;
            } catch (TcRefusedException notYet) {
                return notYet.globalStatus() == GlobalStatus.RollbackRetrying
                        || notYet.globalStatus() == GlobalStatus.Finished;
            }
        }
    }

    private final class Status extends Call {

        Status() {
            super("status", 15);
        }

        @Override
        void make() throws TransactionException {
            client.getStatus(xid);
        }

        @Override
        boolean again() throws TransactionException {
            return client.getStatus(xid) == GlobalStatus.Begin;
        }
    }

    private final class LockQuery extends Call {

        LockQuery() {
            super("lock query", 21);
        }

        @Override
        void make() throws TransactionException {
            client.lockQuery(BranchType.AT, resource, xid, lockKey);
        }

        @Override
        boolean again() throws TransactionException {
            return client.lockQuery(BranchType.AT, resource, xid, lockKey);
        }
    }
}
