package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Databases that fail or hang while the TC asks and asks. */
final class DatabasesDownTest {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    /** So many that a machine which does not run this process for a second or two changes no answer. */
    private static final int HANGING = 8;

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("app");
    private final ResourceManager rm = new ResourceManager(
            client,
            client,
            ResourceManagerOptions.builder().closeLimit(CLOSE_LIMIT).build());
    private final List<DataSource> databases = new ArrayList<>();

    @AfterEach
    void close() throws SQLException {
        rm.close();
        tc.close();
        for (DataSource database : databases) {
            execute(database, "SHUTDOWN");
        }
    }

    private JdbcDataSource database() throws SQLException, IOException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        databases.add(h2);
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/h2.sql")) {
            execute(h2, new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
        return h2;
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String known(DataSource dataSource, JdbcDataSource database) {
        rm.wrap(dataSource);
        String resourceId = database.getURL().split(";")[0];
        await().until(() ->
                rm.resources().stream().anyMatch(one -> one.resourceId().equals(resourceId)));
        return resourceId;
    }

    @Test
    void a_branch_that_is_asked_for_again_and_again_has_one_line_and_one_stack_trace() throws Exception {
        client.open(rm, rm);
        JdbcDataSource h2 = database();
        FailingDataSource failing = new FailingDataSource(h2);
        String resourceId = known(failing, h2);
        try (LogLines lines = LogLines.of(BranchRollback.class, resourceId)) {
            failing.down = true;
            for (int i = 0; i < 50; i++) {
                assertThat(rm.branchRollback(BranchType.AT, "10.0.0.5:8091:1", 1, resourceId, null))
                        .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
            }
            assertThat(lines.warnings()).hasSize(1);
            assertThat(lines.stackTraces()).isEqualTo(1);

            rm.branchRollback(BranchType.AT, "10.0.0.5:8091:1", 2, resourceId, null);
            assertThat(lines.warnings()).hasSize(2);
            assertThat(lines.stackTraces()).isEqualTo(1);

            failing.down = false;
            assertThat(rm.branchRollback(BranchType.AT, "10.0.0.5:8091:1", 1, resourceId, null))
                    .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
            assertThat(lines.events())
                    .last()
                    .satisfies(event -> assertThat(event.getFormattedMessage()).contains("put off 50 times"));
        }
    }

    @Test
    void a_resource_that_is_not_known_is_told_of_once() {
        String resourceId = "jdbc:h2:mem:" + UUID.randomUUID();
        try (LogLines lines = LogLines.of(AtBranchHandler.class, resourceId)) {
            for (int branch = 0; branch < 50; branch++) {
                assertThat(rm.branchRollback(BranchType.AT, "10.0.0.5:8091:1", branch, resourceId, null))
                        .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
            }
            assertThat(lines.warnings()).hasSize(1);
        }
    }

    /** Each of them takes all the time that closing has: one after the other they would take twice the bound and more. */
    @Test
    void closing_takes_no_longer_with_many_databases_that_hang_than_with_one() throws Exception {
        client.open(rm, rm);
        CountDownLatch over = new CountDownLatch(1);
        List<Hanging> hanging = new ArrayList<>();
        for (int i = 0; i < HANGING; i++) {
            JdbcDataSource h2 = database();
            Hanging one = new Hanging(h2, over);
            hanging.add(one);
            String resourceId = known(one, h2);
            one.hangs = true;
            assertThat(rm.branchCommit(BranchType.AT, "10.0.0.5:8091:1", i, resourceId, null))
                    .isEqualTo(BranchStatus.PhaseTwo_Committed);
        }
        for (Hanging one : hanging) {
            one.asked.await();
        }
        try {
            long began = System.nanoTime();
            rm.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(CLOSE_LIMIT.multipliedBy(HANGING / 2));
        } finally {
            over.countDown();
        }
    }

    /** The TC would not ask again for what is taken on then. */
    @Test
    void a_database_that_is_reached_while_the_rm_closes_takes_no_commit_on() throws Exception {
        // It must still be closing when somebody has seen that it is.
        ResourceManager patient = new ResourceManager(
                client,
                client,
                ResourceManagerOptions.builder()
                        .closeLimit(Duration.ofMinutes(2))
                        .build());
        client.open(patient, patient);
        JdbcDataSource h2 = database();
        CountDownLatch over = new CountDownLatch(1);
        Hanging slow = new Hanging(h2, over);
        slow.hangs = true;
        patient.wrap(slow);
        slow.asked.await();
        Thread closing = new Thread(patient::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        over.countDown();
        closing.join();

        String resourceId = h2.getURL().split(";")[0];
        await().until(() ->
                patient.resources().stream().anyMatch(one -> one.resourceId().equals(resourceId)));
        assertThat(patient.branchCommit(BranchType.AT, "10.0.0.5:8091:1", 1, resourceId, null))
                .isEqualTo(BranchStatus.PhaseTwo_CommitFailed_Retryable);
    }

    /** Gives no connection once it hangs. */
    private static final class Hanging extends DelegatingDataSource {
        private final CountDownLatch over;
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile boolean hangs;

        Hanging(DataSource delegate, CountDownLatch over) {
            super(delegate);
            this.over = over;
        }

        @Override
        protected Connection wrap(Connection real) throws SQLException {
            if (hangs) {
                asked.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return real;
        }
    }
}
