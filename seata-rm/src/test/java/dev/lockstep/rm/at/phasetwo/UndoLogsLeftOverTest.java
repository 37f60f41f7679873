package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.h2.H2DialectProvider;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import io.seata.core.model.GlobalStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Undo logs of committed branches go in the end, whoever was killed, and those that may still be needed never do. */
final class UndoLogsLeftOverTest {

    private static final String NODE = "10.0.0.5:8091:";
    private static final Duration AGE = Duration.ofHours(24);

    /** Time as the test says. */
    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void forward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** A TC that knows what the test told it, and has committed all else. */
    private static final class KnowingTc implements GlobalStatusQuery {
        private final Map<String, GlobalStatus> known = new HashMap<>();
        private boolean silent;
        private int questions;

        @Override
        public GlobalStatus statusAtHome(String xid) throws TcUnreachableException {
            questions++;
            if (silent) {
                throw new TcUnreachableException("not there, as planned by the test", null);
            }
            return known.getOrDefault(xid, GlobalStatus.Committed);
        }
    }

    private final SetClock clock = new SetClock();
    private final KnowingTc tc = new KnowingTc();
    private FailingDataSource database;
    private Dialect dialect;
    private Housekeeping housekeeping;
    private UndoLogTable undoLogs;
    private OrphanSweep sweep;

    @BeforeEach
    void open() throws SQLException, IOException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        database = new FailingDataSource(h2);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                InputStream script = OrphanSweep.class.getResourceAsStream("/dev/lockstep/rm/undo_log/h2.sql")) {
            statement.execute(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
            dialect = new H2DialectProvider().dialectOf(connection).orElseThrow();
            housekeeping = new Housekeeping(database, dialect);
            undoLogs = new UndoLogTable(dialect, "undo_log", Namespace.of(connection), UndoLogFormat.OFFICIAL);
        }
        sweep = newSweep("h2");
    }

    private OrphanSweep newSweep(String resourceId) {
        return new OrphanSweep(resourceId, housekeeping, undoLogs, AGE, connection -> LocalDateTime.now(clock));
    }

    @AfterEach
    void shut_down() throws SQLException {
        database.down = false;
        plain("SHUTDOWN");
    }

    private void plain(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** An undo log, or a marker, written now by the test's clock. */
    private void write(String xid, long branchId, boolean marker) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement date = connection.prepareStatement(
                        "UPDATE undo_log SET log_created = ? WHERE xid = ? AND branch_id = ?")) {
            if (marker) {
                undoLogs.insertMarker(connection, xid, branchId);
            } else {
                undoLogs.insert(connection, new UndoLog(xid, branchId, List.of()));
            }
            date.setTimestamp(1, Timestamp.valueOf(LocalDateTime.now(clock)));
            date.setString(2, xid);
            date.setLong(3, branchId);
            date.executeUpdate();
        }
    }

    @Test
    void only_old_undo_logs_of_transactions_that_are_committed_are_deleted() throws SQLException {
        Map<GlobalStatus, Boolean> stays = new HashMap<>();
        for (GlobalStatus status : GlobalStatus.values()) {
            String xid = NODE + status.getCode();
            tc.known.put(xid, status);
            write(xid, 1, false);
            write(xid, 2, true);
            stays.put(status, status != GlobalStatus.AsyncCommitting && status != GlobalStatus.Committed);
        }
        write(NODE + "flagged", 1, false);
        plain("UPDATE undo_log SET context = context || '&lockstep=dirty' WHERE xid = '" + NODE + "flagged'");
        clock.forward(AGE.plusSeconds(1));
        write(NODE + "young", 1, false);

        sweep.run(tc);

        for (GlobalStatus status : GlobalStatus.values()) {
            String ofXid = " FROM undo_log WHERE xid = '" + NODE + status.getCode() + "' AND log_status = ";
            assertThat(number("SELECT COUNT(*)" + ofXid + "0")).as("%s", status).isEqualTo(stays.get(status) ? 1 : 0);
            assertThat(number("SELECT COUNT(*)" + ofXid + "1"))
                    .as("marker of %s", status)
                    .isEqualTo(1);
        }
        assertThat(number("SELECT COUNT(*) FROM undo_log WHERE xid LIKE '%flagged' OR xid LIKE '%young'"))
                .isEqualTo(2);
    }

    @Test
    void what_the_tc_does_not_know_any_more_stays_and_is_told_of_once() throws SQLException {
        String resourceId = "unknown " + UUID.randomUUID();
        OrphanSweep telling = newSweep(resourceId);
        tc.known.put(NODE + "gone", GlobalStatus.Finished);
        tc.known.put(NODE + "later", GlobalStatus.Finished);
        tc.known.put("10.0.0.6:8091:1", GlobalStatus.Finished);
        write(NODE + "gone", 1, false);
        clock.forward(Duration.ofMinutes(1));
        write("10.0.0.6:8091:1", 2, false);
        clock.forward(AGE.plusHours(1));
        try (LogLines lines = LogLines.of(OrphanSweep.class, resourceId)) {
            telling.run(tc);
            telling.run(tc);

            assertThat(number("SELECT COUNT(*) FROM undo_log")).isEqualTo(2);
            assertThat(lines.warnings()).hasSize(1);
            assertThat(lines.warnings().get(0))
                    .contains("branch 1 of " + NODE + "gone", "branch 2 of 10.0.0.6:8091:1", "InspectUndoLogs");

            write(NODE + "later", 3, false);
            clock.forward(AGE.plusHours(1));
            telling.run(tc);

            assertThat(number("SELECT COUNT(*) FROM undo_log")).isEqualTo(3);
            assertThat(lines.warnings()).hasSize(2);
            assertThat(lines.warnings().get(1)).contains("branch 3 of").doesNotContain("branch 1 of");

            // Older than those that were told of: the TC has tried to roll it back until now.
            tc.known.put(NODE + "given up", GlobalStatus.Rollbacking);
            clock.forward(AGE.multipliedBy(-10));
            write(NODE + "given up", 4, false);
            clock.forward(AGE.multipliedBy(10));
            telling.run(tc);
            assertThat(lines.warnings()).hasSize(2);
            tc.known.put(NODE + "given up", GlobalStatus.Finished);
            telling.run(tc);
            assertThat(lines.warnings()).hasSize(3);
            assertThat(lines.warnings().get(2)).contains("branch 4 of").doesNotContain("branch 3 of");
        }
    }

    @Test
    void a_sweep_that_met_an_error_ends_in_a_line_of_the_log_and_the_next_one_goes_on() throws SQLException {
        String resourceId = "erring " + UUID.randomUUID();
        write(NODE + "1", 1, false);
        clock.forward(AGE.plusHours(1));
        OrphanSweep erring = newSweep(resourceId);
        try (LogLines lines = LogLines.of(OrphanSweep.class, resourceId)) {
            erring.run(xid -> {
                throw new NoClassDefFoundError("as planned by the test");
            });
            assertThat(lines.events()).extracting(ILoggingEvent::getLevel).contains(Level.ERROR);
        }
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isEqualTo(1);
        erring.run(tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isZero();
    }

    @Test
    void by_order_of_the_tc_old_markers_go_and_undo_logs_of_transactions_that_are_not_open() throws SQLException {
        UndoLogExpiry expiry =
                new UndoLogExpiry("h2", housekeeping, undoLogs, sweep, connection -> LocalDateTime.now(clock));
        for (GlobalStatus status : GlobalStatus.values()) {
            tc.known.put(NODE + status.getCode(), status);
            write(NODE + status.getCode(), 1, false);
            write(NODE + status.getCode(), 2, true);
        }
        write(NODE + "flagged", 1, false);
        plain("UPDATE undo_log SET context = context || '&lockstep=dirty' WHERE xid = '" + NODE + "flagged'");

        clock.forward(Duration.ofHours(23));
        expiry.deleteOlderThan(0, tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log WHERE log_status = 1"))
                .as("no order is taken for less than a day")
                .isEqualTo(GlobalStatus.values().length);

        clock.forward(Duration.ofDays(8));
        write(NODE + "young", 1, true);
        expiry.deleteOlderThan(7, null);
        assertThat(number("SELECT COUNT(*) FROM undo_log WHERE log_status = 1")).isEqualTo(1);
        assertThat(number("SELECT COUNT(*) FROM undo_log WHERE log_status = 0"))
                .as("nobody can say which are open")
                .isEqualTo(GlobalStatus.values().length + 1);

        expiry.deleteOlderThan(7, tc);

        for (GlobalStatus status : GlobalStatus.values()) {
            boolean over = status == GlobalStatus.AsyncCommitting
                    || status == GlobalStatus.Committed
                    || status == GlobalStatus.Finished;
            assertThat(number("SELECT COUNT(*) FROM undo_log WHERE xid = '" + NODE + status.getCode() + "'"))
                    .as("%s", status)
                    .isEqualTo(over ? 0 : 1);
        }
        assertThat(number("SELECT COUNT(*) FROM undo_log WHERE xid LIKE '%flagged' OR xid LIKE '%young'"))
                .isEqualTo(2);
    }

    /** The session is seven hours behind this process. */
    @Test
    void ages_are_those_of_the_clock_of_the_database() throws SQLException {
        int here = ZoneId.systemDefault().getRules().getOffset(Instant.now()).getTotalSeconds();
        DataSource behind = new DelegatingDataSource(database) {
            @Override
            protected Connection wrap(Connection real) throws SQLException {
                try (Statement statement = real.createStatement()) {
                    statement.execute("SET TIME ZONE '" + ZoneOffset.ofTotalSeconds(here - 7 * 3600) + "'");
                }
                return real;
            }
        };
        Housekeeping there = new Housekeeping(behind, dialect);
        OrphanSweep sweepThere = new OrphanSweep("h2", there, undoLogs, AGE, undoLogs.upkeep()::now);
        UndoLogExpiry expiryThere = new UndoLogExpiry("h2", there, undoLogs, sweepThere, undoLogs.upkeep()::now);
        for (int hours : new int[] {20, 25}) {
            for (boolean sweeping : new boolean[] {true, false}) {
                there.run(connection -> {
                    undoLogs.insert(connection, new UndoLog(NODE + hours, 1, List.of()));
                    try (Statement statement = connection.createStatement()) {
                        return statement.executeUpdate(
                                "UPDATE undo_log SET log_created = TIMESTAMPADD(HOUR, -" + hours + ", log_created)");
                    }
                });
                if (sweeping) {
                    sweepThere.run(tc);
                } else {
                    expiryThere.deleteOlderThan(1, tc);
                }
                assertThat(number("SELECT COUNT(*) FROM undo_log"))
                        .as("%d hours, sweeping %s", hours, sweeping)
                        .isEqualTo(hours < 24 ? 1 : 0);
                plain("DELETE FROM undo_log");
            }
        }
    }

    @Test
    void a_cleaner_that_was_interrupted_goes_on() throws Exception {
        try (UndoLogCleaner cleaner = cleanerOf("h2", interruptedOnce())) {
            write(NODE + "1", 1, false);
            cleaner.offer(NODE + "1", 1);
            await().until(() -> cleaner.lastFailure() != null);

            write(NODE + "2", 2, false);
            cleaner.offer(NODE + "2", 2);
            await().until(() -> number("SELECT COUNT(*) FROM undo_log WHERE branch_id = 2") == 0);
        }
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isZero();
    }

    @Test
    void a_cleaner_that_met_an_error_goes_on() throws Exception {
        String resourceId = "broken " + UUID.randomUUID();
        try (UndoLogCleaner cleaner = cleanerOf(resourceId, interruptedOnce());
                LogLines lines = LogLines.of(UndoLogCleaner.class, resourceId)) {
            lines.failOnce(new StackOverflowError("as planned by the test"));
            write(NODE + "1", 1, false);
            cleaner.offer(NODE + "1", 1);
            await().until(() -> number("SELECT COUNT(*) FROM undo_log") == 0);
            assertThat(lines.hasFailed()).isTrue();
        }
    }

    private UndoLogCleaner cleanerOf(String resourceId, DataSource dataSource) {
        return new UndoLogCleaner(
                resourceId,
                new Housekeeping(dataSource, dialect),
                undoLogs,
                10,
                Duration.ofSeconds(5),
                BranchListener.NONE);
    }

    /** Fails at first, and leaves the thread interrupted. */
    private DataSource interruptedOnce() {
        AtomicBoolean first = new AtomicBoolean(true);
        return new DelegatingDataSource(database) {
            @Override
            protected Connection wrap(Connection real) throws SQLException {
                if (first.getAndSet(false)) {
                    real.close();
                    Thread.currentThread().interrupt();
                    throw new SQLException("interrupted, as planned by the test", "08001");
                }
                return real;
            }
        };
    }

    @Test
    void a_silent_tc_means_keep_and_is_asked_once_in_a_pass() throws SQLException {
        for (int i = 0; i < 50; i++) {
            write(NODE + i, i, false);
        }
        clock.forward(AGE.plusHours(1));
        tc.silent = true;
        sweep.run(tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isEqualTo(50);
        assertThat(tc.questions).isEqualTo(1);
        tc.silent = false;
        sweep.run(tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isZero();
    }

    @Test
    void thousands_of_one_moment_are_all_looked_at() throws SQLException {
        tc.known.put(NODE + "open", GlobalStatus.Begin);
        plain("INSERT INTO undo_log SELECT x, CASE WHEN MOD(x, 2) = 0 THEN '" + NODE + "open' ELSE '" + NODE
                + "' || x END, 'c', X'00', 0, TIMESTAMP '2025-01-01 00:00:00', CURRENT_TIMESTAMP FROM"
                + " SYSTEM_RANGE(1, 5000)");
        sweep.run(tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log")).isEqualTo(2500);
        assertThat(number("SELECT COUNT(DISTINCT xid) FROM undo_log")).isEqualTo(1);
    }

    @Test
    void ten_thousand_undo_logs_of_a_killed_process_are_gone_after_the_first_sweep_of_the_next() throws Exception {
        plain("INSERT INTO undo_log SELECT x, '" + NODE + "' || x, 'serializer=jackson', X'00', 0, TIMESTAMP '"
                + Timestamp.valueOf(LocalDateTime.now(clock)) + "', CURRENT_TIMESTAMP FROM SYSTEM_RANGE(1, 10000)");
        sweep.run(tc);
        assertThat(number("SELECT COUNT(*) FROM undo_log")).as("too young").isEqualTo(10_000);

        clock.forward(AGE.plusMinutes(1));
        newSweep("h2").run(tc);

        assertThat(number("SELECT COUNT(*) FROM undo_log")).isZero();
    }

    /** Two days of commits in which databases fail, processes are killed and TCs fall silent. */
    @Test
    void forty_eight_hours_leave_nothing_that_is_older_than_the_sweep() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        Random random = new Random(seed);
        int capacity = 200;
        Deque<Long> tcRepeats = new ArrayDeque<>();
        UndoLogCleaner cleaner =
                new UndoLogCleaner("h2", housekeeping, undoLogs, capacity, Duration.ofMillis(1), BranchListener.NONE);
        long branch = 0;
        int killed = 0;
        Duration longestSilence = Duration.ofHours(4);
        for (int hour = 0; hour < 48; hour++) {
            database.down = false;
            for (int i = 0; i < 150; i++) {
                branch++;
                write(NODE + branch, branch, random.nextInt(50) == 0);
                tcRepeats.add(branch);
            }
            database.down = hour % 6 == 3;
            tc.silent = hour % 12 < longestSilence.toHours();
            int accepted = 0;
            for (int i = tcRepeats.size(); i > 0; i--) {
                long one = Objects.requireNonNull(tcRepeats.poll());
                if (cleaner.offer(NODE + one, one)) {
                    accepted++;
                } else {
                    tcRepeats.add(one);
                }
            }
            if (database.down) {
                assertThat(accepted).as("seed %d", seed).isLessThanOrEqualTo(capacity + BatchSize.MOST);
            }
            if (hour % 5 == 4 || database.down) {
                // Killed: what it had answered for is nobody's any more.
                cleaner.close();
                killed++;
                database.down = false;
                branch++;
                write(NODE + branch, branch, false);
                // Asked while it dies it takes nothing on, so that the TC comes again.
                assertThat(cleaner.offer(NODE + branch, branch))
                        .as("seed %d, hour %d", seed, hour)
                        .isFalse();
                tcRepeats.add(branch);
                cleaner = new UndoLogCleaner(
                        "h2", housekeeping, undoLogs, capacity, Duration.ofMillis(1), BranchListener.NONE);
            }
            database.down = false;
            clock.forward(Duration.ofHours(1));
            sweep.run(tc);
            Timestamp oldest = oldest();
            if (oldest != null) {
                assertThat(Duration.between(oldest.toLocalDateTime(), LocalDateTime.now(clock)))
                        .as("seed %d, hour %d", seed, hour)
                        .isLessThanOrEqualTo(AGE.plus(longestSilence).plusHours(1));
            }
        }
        assertThat(killed).isGreaterThan(10);
        UndoLogCleaner last = cleaner;
        // Most are taken at once; to wait for each would cost a pause of the waiting itself for every one.
        tcRepeats.forEach(one -> await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> last.offer(NODE + one, one)));
        clock.forward(AGE.plusHours(1));
        tc.silent = false;
        sweep.run(tc);
        // What the cleaner is about to delete the sweep leaves to it.
        await().untilAsserted(() -> assertThat(number("SELECT COUNT(*) FROM undo_log WHERE log_status = 0"))
                .as("seed %d", seed)
                .isZero());
        cleaner.close();
    }

    private @Nullable Timestamp oldest() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MIN(log_created) FROM undo_log WHERE log_status = 0")) {
            row.next();
            return row.getTimestamp(1);
        }
    }
}
