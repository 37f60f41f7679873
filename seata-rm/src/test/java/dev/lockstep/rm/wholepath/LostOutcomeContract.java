package dev.lockstep.rm.wholepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.wholepath.Application.Database;
import dev.lockstep.testing.fault.CutForm;
import dev.lockstep.testing.fault.Direction;
import dev.lockstep.testing.fault.Fault;
import dev.lockstep.testing.fault.FaultProxy;
import dev.lockstep.testing.fault.FaultScript;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionFailedException;
import dev.lockstep.tm.GlobalWork;
import dev.lockstep.tm.TcUnavailableException;
import dev.lockstep.tm.XidPropagation;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is left behind, and what the caller is told, when an answer of a real TC is lost on the way, or when a participant
 * ends what it did not begin.
 */
abstract class LostOutcomeContract {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Type codes of messages. */
    private static final int BEGIN = 1;

    private static final int BEGIN_RESULT = 2;
    private static final int COMMIT = 7;
    private static final int COMMIT_RESULT = 8;
    private static final int ROLLBACK = 9;
    private static final int ROLLBACK_RESULT = 10;
    private static final int REGISTER_RESULT = 12;

    private static final GlobalTransactionDefinition BUY =
            GlobalTransactionDefinition.named("buy").withTimeout(Duration.ofSeconds(30));

    private final TcServer tc;
    private FaultProxy proxy;
    private Application application;
    private Database stockDb;
    private String resource;

    LostOutcomeContract(TcServer tc) {
        this.tc = tc;
    }

    @BeforeEach
    void start_one_service_behind_a_proxy() throws SQLException {
        String run = UUID.randomUUID().toString().substring(0, 8);
        proxy = FaultProxy.before(tc.address());
        application = new Application("lost-" + run, proxy.address());
        stockDb = application.database(
                "lost_" + run,
                "CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT NOT NULL)",
                "INSERT INTO stock VALUES ('bolt', 100), ('nut', 100)");
        resource = "jdbc:h2:mem:lost_" + run;
        assertThat(update("UPDATE stock SET amount = amount WHERE item = 'nut'"))
                .isEqualTo(1);
    }

    @AfterEach
    void stop_and_leave_nothing_on_the_thread() {
        assertThat(RootContext.getXID()).isNull();
        application.close();
        proxy.close();
    }

    @Test
    void a_begin_whose_answer_is_lost_is_told_as_failed_and_nothing_is_written() throws Exception {
        loseOnce(BEGIN_RESULT);

        Throwable told = catchThrowable(() -> application.template.execute(BUY, () -> takeOne("bolt")));

        assertThat(told).isInstanceOf(TcUnavailableException.class);
        assertThat(stock("bolt")).isEqualTo(100);
        await().atMost(SOON).ignoreExceptions().until(() -> isFree("bolt"));
        assertThat(application.template.execute(BUY, () -> takeOne("bolt"))).isEqualTo(1);
        assertThat(stock("bolt")).isEqualTo(99);
    }

    @Test
    void a_branch_whose_registration_is_not_answered_holds_its_locks_until_the_rollback_and_has_nothing_to_undo()
            throws Exception {
        var xid = new ArrayList<String>();

        Throwable told = catchThrowable(() -> application.template.execute(BUY, () -> {
            xid.add(RootContext.getXID());
            loseOnce(REGISTER_RESULT);
            Throwable lost = catchThrowable(() -> takeOne("bolt"));
            assertThat(lost).isInstanceOf(SQLException.class);
            assertThat(stock("bolt")).isEqualTo(100);
            assertThat(GlobalScope.current().rollbackOnlyReason()).contains("did not answer a branch registration");
            await().atMost(SOON).ignoreExceptions().until(() -> !isFree("bolt"));
            return null;
        }));

        assertThat(told)
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("did not answer a branch registration");
        await().atMost(SOON).ignoreExceptions().until(() -> isFree("bolt"));
        assertThat(stock("bolt")).isEqualTo(100);
        assertThat(stockDb.undoRows()).isZero();
        assertThat(markersOf(xid.get(0))).isEqualTo(1);
    }

    @Test
    void a_branch_that_exists_at_the_tc_alone_is_committed_without_an_undo_log() throws Exception {
        String xid = application.rpc.begin(null, null, "ghost", 30_000);
        application.rpc.branchRegister(BranchType.AT, resource, null, xid, null, "STOCK:bolt");
        assertThat(isFree("bolt")).isFalse();

        assertThat(application.rpc.commit(xid)).isEqualTo(GlobalStatus.Committed);

        await().atMost(SOON).until(() -> application.rpc.getStatus(xid) == GlobalStatus.Finished);
        assertThat(isFree("bolt")).isTrue();
        assertThat(markersOf(xid)).isZero();
    }

    @Test
    void a_branch_that_exists_at_the_tc_alone_leaves_a_marker_when_it_is_rolled_back() throws Exception {
        String xid = application.rpc.begin(null, null, "ghost", 30_000);
        application.rpc.branchRegister(BranchType.AT, resource, null, xid, null, "STOCK:bolt");

        assertThat(application.rpc.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(isFree("bolt")).isTrue();
        assertThat(markersOf(xid)).isEqualTo(1);
    }

    @Test
    void a_commit_whose_answer_is_lost_once_is_a_success() throws Exception {
        application.template.execute(BUY, () -> {
            takeOne("bolt");
            loseOnce(COMMIT_RESULT);
            return null;
        });

        assertThat(stock("bolt")).isEqualTo(99);
        await().atMost(SOON).until(() -> stockDb.undoRows() == 0);
        assertThat(stock("bolt")).isEqualTo(99);
    }

    @Test
    void a_rollback_whose_answer_is_lost_once_leaves_the_failure_of_the_work_alone() throws Exception {
        var failure = new IllegalStateException("no credit");

        assertThatThrownBy(() -> application.template.execute(BUY, () -> {
                    takeOne("bolt");
                    loseOnce(ROLLBACK_RESULT);
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();

        await().atMost(SOON).until(() -> stock("bolt") == 100);
        await().atMost(SOON).ignoreExceptions().until(() -> isFree("bolt"));
    }

    @Test
    void reading_in_a_global_transaction_asks_the_tc_nothing() throws Exception {
        var frames = new CopyOnWriteArrayList<Integer>();
        proxy.script((direction, frame) -> {
            if (direction == Direction.TO_TC && frame.messageCode() > 0) {
                frames.add(frame.messageCode());
            }
            return Fault.NONE;
        });

        long amount = application.template.execute(BUY, () -> {
            try (var connection = stockDb.managed().getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT amount FROM stock WHERE item = 'bolt'")) {
                rows.next();
                return rows.getLong(1);
            }
        });

        assertThat(amount).isEqualTo(100);
        assertThat(frames).doesNotContain(BEGIN, COMMIT, ROLLBACK);
    }

    /** The caller catches the failure and commits: as it would be with a call over the network. */
    @Test
    void a_participant_that_must_not_commit_rolls_all_back_and_a_launcher_that_never_heard_of_it_fails()
            throws Exception {
        assertThatThrownBy(() -> application.template.execute(BUY, () -> {
                    takeOne("bolt");
                    callThatFails(unheard -> {});
                    assertThat(GlobalScope.current().rollbackOnlyReason()).isNull();
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("Not committed");

        assertThat(stock("bolt")).isEqualTo(100);
        assertThat(stock("nut")).isEqualTo(100);
    }

    @Test
    void a_participant_that_must_not_commit_says_so_to_a_launcher_that_listens() throws Exception {
        var header = new ArrayList<String>();

        assertThatThrownBy(() -> application.template.execute(BUY, () -> {
                    takeOne("bolt");
                    callThatFails(header::add);
                    XidPropagation.answered(header.get(0));
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("a service that took part in it answered")
                .hasMessageContaining("no credit");

        assertThat(stock("bolt")).isEqualTo(100);
        assertThat(stock("nut")).isEqualTo(100);
    }

    /** What a service does with a call: in its own process it would get the xid with it. */
    private void callThatFails(Consumer<String> header) {
        String xid = XidPropagation.outgoing();
        try (var call = XidPropagation.join(
                xid, XidPropagation.remaining(XidPropagation.outgoingRemaining()), application.transactions)) {
            call.onRollbackOnly(header);
            assertThat(GlobalScope.current().remaining()).isPositive();
            GlobalWork<Void, Exception> work = () -> {
                takeOne("nut");
                throw new IllegalStateException("no credit");
            };
            assertThat(catchThrowable(
                            () -> application.template.execute(GlobalTransactionDefinition.named("pay"), work)))
                    .hasMessage("no credit");
        }
    }

    private void loseOnce(int messageCode) {
        proxy.script(FaultScript.once(Direction.TO_CLIENT, messageCode, Fault.cutBefore(CutForm.RST)));
    }

    private int takeOne(String item) throws SQLException {
        return update("UPDATE stock SET amount = amount - 1 WHERE item = ?", item);
    }

    private int update(String sql, Object... parameters) throws SQLException {
        return stockDb.update(sql, parameters);
    }

    private long stock(String item) throws SQLException {
        return stockDb.number("SELECT amount FROM stock WHERE item = '" + item + "'");
    }

    private boolean isFree(String item) throws Exception {
        return application.rpc.lockQuery(BranchType.AT, resource, "", "STOCK:" + item);
    }

    private long markersOf(String xid) throws SQLException {
        return stockDb.number("SELECT COUNT(*) FROM undo_log WHERE log_status = 1 AND xid = '" + xid + "'");
    }
}
