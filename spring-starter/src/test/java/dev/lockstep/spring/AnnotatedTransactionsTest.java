package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.memory.CoordinatorCall;
import dev.lockstep.testing.memory.CoordinatorEvent;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.OutcomeUnknownException;
import dev.lockstep.tm.TcUnavailableException;
import dev.lockstep.tm.UnfinishedLocalWorkException;
import dev.lockstep.tm.XidPropagation;
import io.seata.core.context.RootContext;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.sql.init.SqlInitializationAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Two applications with real annotations, a database each, on one coordinator in memory. */
class AnnotatedTransactionsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicReference<Duration> clockAhead = new AtomicReference<>(Duration.ZERO);
    private final InMemoryCoordinator tc =
            InMemoryCoordinator.builder().clock(new MovableClock()).open();

    private ConfigurableApplicationContext stock;
    private ConfigurableApplicationContext orders;

    @BeforeEach
    void start_both_applications() {
        stock = start("stock", StockApplication.class);
        orders = start("orders", OrderApplication.class);
        orders.getBean(Checkout.class).deliverFrom(stock.getBean(Stock.class));
    }

    @AfterEach
    void stop_both_applications() {
        orders.close();
        stock.close();
        tc.close();
    }

    @AfterEach
    void nothing_stays_on_the_thread() {
        assertThat(GlobalScope.current()).isNull();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
    }

    @Test
    void a_local_transaction_around_a_global_one_undoes_both_services_and_is_named() {
        assertThatThrownBy(() -> orders.getBean(LocalOutside.class).place())
                .isInstanceOf(UnfinishedLocalWorkException.class)
                .hasMessageContaining("@Transactional stands outside @GlobalTransactional")
                .hasMessageContaining("It was rolled back.");

        assertThat(events()).contains(CoordinatorEvent.Kind.ROLLBACK_DECIDED);
        assertNothingHappened();
    }

    @Test
    void a_local_transaction_around_a_global_one_cannot_commit_even_when_the_error_is_swallowed() {
        Throwable told = catchThrowable(() -> orders.getBean(LocalOutside.class).placeAndSwallow());

        assertThat(told).isNotNull().hasStackTraceContaining("has ended");
        assertNothingHappened();
    }

    @Test
    void a_connection_taken_before_the_begin_takes_part() throws SQLException {
        try (Connection connection = orders.getBean(DataSource.class).getConnection()) {
            connection.setAutoCommit(false);

            assertThatThrownBy(() -> orders.getBean(Checkout.class).writeAndCommit(connection, true))
                    .hasMessage("payment refused");
            assertNothingHappened();

            orders.getBean(Checkout.class).writeAndCommit(connection, false);
            assertThat(events())
                    .filteredOn(CoordinatorEvent.Kind.BRANCH_REGISTERED::equals)
                    .hasSize(2);
            assertThat(placed()).isEqualTo(1);
        }
    }

    @Test
    void both_annotations_on_one_method_commit_together() {
        orders.getBean(Checkout.class).placeInBoth(false);

        assertThat(placed()).isEqualTo(1);
        assertThat(bolts()).isEqualTo(99);
        await().atMost(SOON).until(() -> undoLogs(orders) + undoLogs(stock) == 0);
        assertThat(tc.locks()).isEmpty();
    }

    @Test
    void both_annotations_on_one_method_are_undone_together() {
        assertThatThrownBy(() -> orders.getBean(Checkout.class).placeInBoth(true))
                .hasMessage("payment refused");

        assertNothingHappened();
    }

    @Test
    void an_exception_that_noRollbackFor_does_not_name_rolls_back() {
        assertThatThrownBy(() -> orders.getBean(Checkout.class).placeThenThrow(new IllegalStateException("B")))
                .hasMessage("B");

        assertNothingHappened();
    }

    @Test
    void an_exception_that_noRollbackFor_names_commits() {
        assertThatThrownBy(() -> orders.getBean(Checkout.class).placeThenThrow(new IllegalArgumentException("A")))
                .hasMessage("A");

        assertThat(placed()).isEqualTo(1);
        assertThat(bolts()).isEqualTo(99);
    }

    @Test
    void a_commit_that_the_tc_refuses_is_no_success() {
        for (int attempt = 0; attempt < 5; attempt++) {
            tc.faults().refuse(CoordinatorCall.COMMIT, TransactionExceptionCode.FailedStore, GlobalStatus.Begin);
        }

        assertThatThrownBy(() -> orders.getBean(Checkout.class).place())
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("Look at the data before repeating the work");

        // What the official client's users met: told as done, and rolled back a minute later.
        clockAhead.set(Duration.ofMinutes(2));
        await().atMost(SOON).until(() -> placed() == 0 && bolts() == 100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void exceptions_reach_the_caller_of_a_proxy_as_they_are(boolean proxyTargetClass) {
        try (var context = start(
                "paying",
                PaymentApplication.class,
                "spring.aop.proxy-target-class=" + proxyTargetClass,
                "lockstep.lazy-begin=false")) {
            Payment payment = context.getBean(Payment.class);
            assertThat(AopUtils.isCglibProxy(payment)).isEqualTo(proxyTargetClass);

            assertThatThrownBy(() -> payment.pay("checked"))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("checked");
            assertThatThrownBy(() -> payment.pay("unchecked")).isExactlyInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> payment.pay("error")).isExactlyInstanceOf(AssertionError.class);

            tc.faults().setReachable(false);
            assertThatThrownBy(() -> payment.pay("elsewhere")).isInstanceOf(TcUnavailableException.class);
        }
    }

    // ---- what is looked at

    private List<CoordinatorEvent.Kind> events() {
        return tc.events().stream().map(CoordinatorEvent::kind).toList();
    }

    private void assertNothingHappened() {
        assertThat(events()).doesNotContain(CoordinatorEvent.Kind.COMMIT_DECIDED);
        assertThat(placed()).isZero();
        assertThat(bolts()).isEqualTo(100);
        assertThat(undoLogs(orders)).isZero();
        assertThat(undoLogs(stock)).isZero();
        assertThat(tc.locks()).isEmpty();
    }

    private long placed() {
        return number(orders, "SELECT COUNT(*) FROM orders");
    }

    private long bolts() {
        return number(stock, "SELECT amount FROM stock WHERE item = 'bolt'");
    }

    private static long undoLogs(ConfigurableApplicationContext application) {
        return number(application, "SELECT COUNT(*) FROM undo_log");
    }

    private static long number(ConfigurableApplicationContext application, String sql) {
        Long number = application.getBean(JdbcTemplate.class).queryForObject(sql, Long.class);
        assertThat(number).isNotNull();
        return number;
    }

    // ---- the applications

    private ConfigurableApplicationContext start(String name, Class<?> application, String... properties) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .initializers(context -> context.getBeanFactory().registerSingleton("coordinator", tc))
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.main.register-shutdown-hook=false",
                        "spring.application.name=" + name,
                        "spring.datasource.url=jdbc:h2:mem:" + name + UUID.randomUUID(),
                        "spring.sql.init.schema-locations=classpath:dev/lockstep/rm/undo_log/h2.sql,classpath:annotated.sql")
                .properties(properties)
                .run();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        SqlInitializationAutoConfiguration.class,
        SeataAutoConfiguration.class,
        SeataDataSourceAutoConfiguration.class
    })
    static class Application {

        @Bean
        InMemoryClient coordinatorClient(InMemoryCoordinator coordinator, ObjectProvider<ResourceManager> rm) {
            var inbound = new LaterResourceManager(rm);
            return coordinator.connect("shop", inbound, inbound);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Application.class, Stock.class})
    static class StockApplication {}

    @Configuration(proxyBeanMethods = false)
    @Import({Application.class, Checkout.class, LocalOutside.class})
    static class OrderApplication {}

    @Configuration(proxyBeanMethods = false)
    @Import({Application.class, Cash.class})
    static class PaymentApplication {}

    /** The service that is called. */
    static class Stock {
        private final JdbcTemplate database;

        Stock(JdbcTemplate database) {
            this.database = database;
        }

        /** As the servlet filter runs it: on the xid of the call, in a scope of its own. */
        void take(String xid) {
            try (var call = XidPropagation.join(xid)) {
                assertThat(call).isNotNull();
                database.update("UPDATE stock SET amount = amount - 1 WHERE item = 'bolt'");
            }
        }
    }

    /** The service that calls, and begins the global transaction. */
    static class Checkout {
        private final JdbcTemplate database;
        private Stock stock;

        Checkout(JdbcTemplate database) {
            this.database = database;
        }

        public void deliverFrom(Stock chosen) {
            stock = chosen;
        }

        @GlobalTransactional
        public void place() {
            stock.take(XidPropagation.outgoing());
            database.update("INSERT INTO orders (item) VALUES ('bolt')");
        }

        @GlobalTransactional
        @Transactional
        public void placeInBoth(boolean fail) {
            place();
            if (fail) {
                throw new IllegalStateException("payment refused");
            }
        }

        @GlobalTransactional(noRollbackFor = IllegalArgumentException.class)
        public void placeThenThrow(RuntimeException failure) {
            place();
            throw failure;
        }

        @GlobalTransactional
        public void writeAndCommit(Connection connection, boolean fail) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO orders (item) VALUES ('bolt')");
            }
            connection.commit();
            if (fail) {
                throw new IllegalStateException("payment refused");
            }
        }
    }

    /** The nesting that the official client lets pass. */
    static class LocalOutside {
        private final Checkout checkout;

        LocalOutside(Checkout checkout) {
            this.checkout = checkout;
        }

        @Transactional
        public void place() {
            checkout.place();
        }

        @Transactional
        public void placeAndSwallow() {
            assertThat(catchThrowable(checkout::place)).isInstanceOf(UnfinishedLocalWorkException.class);
        }
    }

    interface Payment {
        void pay(String how) throws IOException;
    }

    static class Cash implements Payment {

        @Override
        @GlobalTransactional
        public void pay(String how) throws IOException {
            switch (how) {
                case "checked" -> throw new IOException(how);
                case "unchecked" -> throw new IllegalStateException(how);
                case "elsewhere" -> throw new IllegalStateException(XidPropagation.outgoing());
                default -> throw new AssertionError(how);
            }
        }
    }

    /** The client wants its RM first, and the RM its client. */
    private record LaterResourceManager(ObjectProvider<ResourceManager> rm)
            implements ResourceManagerInbound, UndoLogSweep {

        @Override
        public BranchStatus branchCommit(BranchType type, String xid, long branchId, String resource, String data)
                throws TransactionException {
            return rm.getObject().branchCommit(type, xid, branchId, resource, data);
        }

        @Override
        public BranchStatus branchRollback(BranchType type, String xid, long branchId, String resource, String data)
                throws TransactionException {
            return rm.getObject().branchRollback(type, xid, branchId, resource, data);
        }

        @Override
        public void deleteUndoLogs(String resourceId, int saveDays) {
            rm.getObject().deleteUndoLogs(resourceId, saveDays);
        }
    }

    private final class MovableClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("not asked for");
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(clockAhead.get());
        }
    }
}
