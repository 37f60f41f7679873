package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.tm.GlobalTransactionDefinition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver that fails at its n-th call, for every n until a run gets through: whatever the call is, a global transaction is
 * done as a whole or not at all, and nobody is told the opposite.
 */
final class FaultyDriverTest {

    private static final Logger log = LoggerFactory.getLogger(FaultyDriverTest.class);

    /** How the driver fails. */
    enum Fault {
        SQL_EXCEPTION {
            @Override
            void raise(String call) throws SQLException {
                throw new SQLException("planned by the test in " + call, "HY000");
            }
        },
        RUNTIME_EXCEPTION {
            @Override
            void raise(String call) {
                throw new IllegalStateException("planned by the test in " + call);
            }
        },
        ERROR {
            @Override
            void raise(String call) {
                throw new StackOverflowError("planned by the test in " + call);
            }
        };

        abstract void raise(String call) throws SQLException;
    }

    /** Fails before or after the real call of one connection; calls that follow get through, or fail as well. */
    private static final class FaultyDataSource extends DelegatingDataSource {
        private final Fault fault;
        private final boolean after;
        private final boolean forGood;
        private int callsLeft;
        private boolean failed;
        private @Nullable String failedIn;

        FaultyDataSource(DataSource delegate, Fault fault, boolean after, boolean forGood) {
            super(delegate);
            this.fault = fault;
            this.after = after;
            this.forGood = forGood;
        }

        void failAt(int call) {
            callsLeft = call;
            failed = false;
            failedIn = null;
        }

        @Override
        protected Connection wrap(Connection connection) {
            return proxy(Connection.class, connection);
        }

        private <T> T proxy(Class<T> type, T real) {
            return type.cast(Proxy.newProxyInstance(
                    FaultyDataSource.class.getClassLoader(),
                    new Class<?>[] {type},
                    (self, method, arguments) -> call(type, real, method, arguments)));
        }

        private @Nullable Object call(
                Class<?> type, Object real, java.lang.reflect.Method method, Object @Nullable [] arguments)
                throws Throwable {
            String name = type.getSimpleName() + "." + method.getName();
            // A driver that cannot even close has no end that anybody could see.
            boolean counts = callsLeft > 0 && !method.getName().equals("close");
            boolean now = counts && --callsLeft == 0;
            if (now) {
                failed = true;
                failedIn = name;
            }
            if (now && !after || failed && !now && forGood && type == Connection.class && !name.endsWith("close")) {
                fault.raise(name);
            }
            Object result;
            try {
                result = method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (now && after) {
                fault.raise(name);
            }
            return wrapped(result);
        }

        private @Nullable Object wrapped(@Nullable Object result) {
            if (result instanceof PreparedStatement prepared) {
                return proxy(PreparedStatement.class, prepared);
            }
            if (result instanceof Statement statement) {
                return proxy(Statement.class, statement);
            }
            return result instanceof ResultSet rows ? proxy(ResultSet.class, rows) : result;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_fails_before_it_does_anything(Fault fault) throws Exception {
        everyCall(fault, false, false);
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_fails_after_it_has_done_its_work(Fault fault) throws Exception {
        everyCall(fault, true, false);
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_that_fails_for_good(Fault fault) throws Exception {
        everyCall(fault, false, true);
    }

    @ParameterizedTest
    @EnumSource
    void whoever_goes_on_after_an_error_is_rolled_back_whole(Fault fault) throws Exception {
        everyCall(fault, false, false, FaultyDriverTest::workOnThatGoesOn);
        everyCall(fault, true, false, FaultyDriverTest::workOnThatGoesOn);
    }

    /** What a user does on a connection. */
    private interface Work {
        void run(Connection connection, boolean autoCommit) throws SQLException;
    }

    private static void everyCall(Fault fault, boolean after, boolean forGood) throws Exception {
        everyCall(fault, after, forGood, FaultyDriverTest::work);
    }

    private static void everyCall(Fault fault, boolean after, boolean forGood, Work work) throws Exception {
        ResourceManagerOptions options = ResourceManagerOptions.builder()
                .lostCommitLimit(Duration.ofMillis(500))
                .build();
        try (Rig rig = new Rig("", options)) {
            rig.plain("CREATE TABLE account (id INT AUTO_INCREMENT PRIMARY KEY, amount INT)");
            FaultyDataSource faulty = new FaultyDataSource(rig.raw, fault, after, forGood);
            // The RM that rolls back is the rig's, whose data source is sound.
            try (ResourceManager rm = new ResourceManager(rig.client, rig.client, options)) {
                DataSource managed = rm.wrap(faulty);
                // The RM asks in the background what database this is.
                managed.unwrap(AtDataSource.class).open();
                await().untilAsserted(
                                () -> assertThat(rig.raw.openConnections()).isZero());
                for (boolean autoCommit : new boolean[] {true, false}) {
                    int call = 0;
                    do {
                        call++;
                        oneRun(rig, faulty, managed, work, autoCommit, call);
                    } while (faulty.failedIn != null);
                    assertThat(call).isGreaterThan(20);
                }
            }
        }
    }

    private static void oneRun(
            Rig rig, FaultyDataSource faulty, DataSource managed, Work work, boolean autoCommit, int call)
            throws Exception {
        rig.plain("DELETE FROM account", "INSERT INTO account VALUES (1, 10), (2, 20)");
        List<List<@Nullable String>> before = rig.rows("SELECT id, amount FROM account ORDER BY id");
        Throwable thrown = null;
        try {
            rig.template.execute(GlobalTransactionDefinition.named("faulty"), () -> {
                try (Connection connection = managed.getConnection()) {
                    faulty.failAt(call);
                    work.run(connection, autoCommit);
                }
                return null;
            });
        } catch (Exception | Error e) {
            thrown = e;
        }
        String failedIn = faulty.failedIn;
        faulty.failAt(0);
        faulty.failedIn = failedIn;
        String what =
                (autoCommit ? "autocommit, " : "own commit, ") + "call " + call + " in " + failedIn + ": " + thrown;
        // Phase two of a commit goes on in the background.
        await(what).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            assertThat(rig.tc.transactions()).isEmpty();
            assertThat(rig.undoLogs()).isZero();
            assertThat(rig.raw.openConnections()).isZero();
        });
        assertThat(rig.tc.locks()).as(what).isEmpty();
        List<List<@Nullable String>> now = rig.rows("SELECT id > 2, amount FROM account ORDER BY id");
        List<List<@Nullable String>> done = List.of(
                DialectContract.cells("FALSE", 11),
                DialectContract.cells("TRUE", 30),
                DialectContract.cells("TRUE", 40));
        if (thrown == null) {
            assertThat(now).as(what).isEqualTo(done);
        } else {
            assertThat(rig.rows("SELECT id, amount FROM account ORDER BY id"))
                    .as(what)
                    .isEqualTo(before);
        }
    }

    /** Whatever fails here goes up, so the global transaction is rolled back; then nothing may stay. */
    private static void work(Connection connection, boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        Rig.update(connection, "UPDATE account SET amount = amount + 1 WHERE id = ?", 1);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO account (amount) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int amount = 30; amount <= 40; amount += 10) {
                insert.setInt(1, amount);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        Savepoint savepoint = autoCommit ? null : connection.setSavepoint();
        Rig.update(connection, "DELETE FROM account WHERE amount = 20 LIMIT 1");
        if (savepoint != null) {
            connection.releaseSavepoint(savepoint);
            connection.commit();
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    /** Takes no notice of errors, commits what there is, and has the global transaction rolled back at the end. */
    private static void workOnThatGoesOn(Connection connection, boolean autoCommit) {
        List<Step> steps = List.of(
                () -> connection.setAutoCommit(autoCommit),
                () -> Rig.update(connection, "UPDATE account SET amount = amount + 1 WHERE id = ?", 1),
                () -> Rig.update(connection, "INSERT INTO account (amount) VALUES (?)", 30),
                () -> Rig.update(connection, "DELETE FROM account WHERE amount = 20 LIMIT 1"),
                () -> Rig.update(connection, "UPDATE account SET amount = amount * 2"),
                () -> {
                    if (!autoCommit) {
                        connection.commit();
                    }
                },
                () -> Rig.update(connection, "UPDATE account SET amount = -amount"),
                () -> connection.setAutoCommit(true));
        for (Step step : steps) {
            try {
                step.run();
            } catch (SQLException | IllegalStateException | StackOverflowError e) {
                log.debug("The user takes no notice", e);
            }
        }
        throw new Rig.Oops();
    }
}
