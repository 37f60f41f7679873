package dev.lockstep.rm.wholepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.wholepath.Application.Database;
import dev.lockstep.testing.fault.CutForm;
import dev.lockstep.testing.fault.Direction;
import dev.lockstep.testing.fault.Fault;
import dev.lockstep.testing.fault.FaultProxy;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.TcUnavailableException;
import io.seata.core.context.RootContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which requests a transaction sends to a real TC, in which order, while the TC's answer to its begin is held back. */
@Timeout(120)
class BeginAheadIT {

    private static final int BEGIN = 1;
    private static final int BEGIN_RESULT = 2;
    private static final int COMMIT = 7;
    private static final int ROLLBACK = 9;
    private static final int REGISTER = 11;
    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");

    private final FaultProxy proxy;
    /** What was sent to the TC for transactions, in order. */
    private final List<Integer> sent = new CopyOnWriteArrayList<>();

    private final CountDownLatch answerArrived = new CountDownLatch(1);
    private final CountDownLatch mayPass = new CountDownLatch(1);
    private Application application;
    private Database stock;

    BeginAheadIT(@SharedTc("1.8.0") TcServer tc) {
        proxy = FaultProxy.before(tc.address());
    }

    @BeforeEach
    void start() throws SQLException {
        String name = "ahead_" + UUID.randomUUID().toString().substring(0, 8);
        application = new Application(name, proxy.address());
        stock = application.database(
                name,
                "CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT NOT NULL)",
                "INSERT INTO stock VALUES ('bolt', 100)");
        // So that the RM has made the database known by now.
        application.template.execute(BUY, () -> stock.update("UPDATE stock SET amount = amount WHERE item = 'bolt'"));
        proxy.script((direction, frame) -> {
            int code = frame.messageCode();
            if (direction == Direction.TO_TC
                    && List.of(BEGIN, COMMIT, ROLLBACK, REGISTER).contains(code)) {
                sent.add(code);
            }
            if (direction == Direction.TO_CLIENT && code == BEGIN_RESULT) {
                answerArrived.countDown();
                awaitQuietly(mayPass);
            }
            return Fault.NONE;
        });
    }

    @AfterEach
    void stop() {
        mayPass.countDown();
        application.close();
        proxy.close();
        assertThat(RootContext.entries()).isEmpty();
    }

    @Test
    void reading_sends_nothing() throws SQLException {
        mayPass.countDown();
        application.template.execute(BUY, () -> {
            try (Connection connection = stock.managed().getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT * FROM stock")) {
                return rows.next();
            }
        });

        assertThat(sent).isEmpty();
    }

    @Test
    void the_begin_is_answered_while_the_statement_waits_for_its_row() throws Exception {
        mayPass.countDown();
        try (Connection holder = stock.raw().getConnection()) {
            holder.setAutoCommit(false);
            Database.update(holder, "UPDATE stock SET amount = amount WHERE item = 'bolt'");

            CompletableFuture<Integer> buying = soon(() -> takeOne());
            await().until(() -> !application.transactions.running().isEmpty());
            assertThat(sent).containsExactly(BEGIN);
            holder.rollback();

            assertThat(buying.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(sent).containsExactly(BEGIN, REGISTER, COMMIT);
        assertThat(stock.number("SELECT amount FROM stock")).isEqualTo(99);
    }

    @Test
    void the_registration_follows_a_begin_that_is_answered_late() throws Exception {
        CompletableFuture<Integer> buying = soon(() -> takeOne());
        awaitQuietly(answerArrived);
        // The statement has run, and its thread waits for the TC.
        await().until(() -> holdsRow());
        assertThat(sent).containsExactly(BEGIN);

        mayPass.countDown();

        assertThat(buying.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(sent).containsExactly(BEGIN, REGISTER, COMMIT);
        assertThat(stock.number("SELECT amount FROM stock")).isEqualTo(99);
    }

    @Test
    void a_connection_that_breaks_before_the_begin_is_answered_lets_nothing_be_written() throws Exception {
        CompletableFuture<Integer> buying = soon(() -> takeOne());
        awaitQuietly(answerArrived);
        await().until(() -> holdsRow());

        proxy.cutAll(CutForm.RST);

        assertThatThrownBy(() -> buying.get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("was not begun");
        assertThat(sent).containsExactly(BEGIN);
        assertThat(stock.number("SELECT amount FROM stock")).isEqualTo(100);
        assertThat(application.transactions.running()).isEmpty();
    }

    @Test
    void a_statement_that_finds_no_row_waits_for_nothing_and_its_begin_is_rolled_back_by_and_by() throws Exception {
        application.template.execute(BUY, () -> stock.update("UPDATE stock SET amount = 1 WHERE item = 'nut'"));
        awaitQuietly(answerArrived);
        assertThat(sent).containsExactly(BEGIN);

        mayPass.countDown();

        await().untilAsserted(() -> assertThat(sent).containsExactly(BEGIN, ROLLBACK));
        application.transactions.close();
        assertThat(application.transactions.running()).isEmpty();
    }

    private int takeOne() throws SQLException {
        return application.template.execute(
                BUY, () -> stock.update("UPDATE stock SET amount = amount - 1 WHERE item = 'bolt'"));
    }

    private boolean holdsRow() throws SQLException {
        try (Connection other = stock.raw().getConnection()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("SET LOCK_TIMEOUT 1");
                statement.executeQuery("SELECT * FROM stock WHERE item = 'bolt' FOR UPDATE");
                return false;
            } catch (SQLException held) {
                return true;
            } finally {
                other.rollback();
                try (var statement = other.createStatement()) {
                    statement.execute("SET LOCK_TIMEOUT 20000");
                }
            }
        }
    }

    private interface Buying {
        int run() throws SQLException;
    }

    private static CompletableFuture<Integer> soon(Buying buying) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(buying.run());
            } catch (SQLException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
