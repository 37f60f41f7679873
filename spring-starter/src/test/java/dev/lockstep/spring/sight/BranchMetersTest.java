package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.event.BranchProgress;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BranchMetersTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<WatchedShop> open = new AtomicReference<>();
    private final BranchMeters meters = new BranchMeters(() -> open.get().resourceManager);
    private WatchedShop shop;

    @BeforeEach
    void open() {
        shop = new WatchedShop(List.of(), meters, meters, phaseTwo -> phaseTwo);
        open.set(shop);
        meters.bindTo(registry);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private RequiredSearch meter(String name, String... tags) {
        return registry.get(name).tag("resource", shop.resourceId()).tags(tags);
    }

    @Test
    void a_committed_branch_is_timed_with_the_rows_and_bytes_of_its_undo_log() {
        shop.sell(() -> shop.take(1, 2, 3));

        assertThat(meter("seata.branches", "outcome", "committed").timer().count())
                .isEqualTo(1);
        assertThat(meter("seata.undo.rows").summary().totalAmount()).isEqualTo(3);
        assertThat(meter("seata.undo.bytes").summary().totalAmount()).isGreaterThan(500);
    }

    @Test
    void what_writes_outside_a_global_transaction_is_no_branch() {
        shop.sell(() -> shop.take(1));
        shop.take(2);

        assertThat(meter("seata.branches", "outcome", "committed").timer().count())
                .isEqualTo(1);
    }

    @Test
    void a_branch_that_finds_its_rows_held_counts_each_conflict_and_the_time_it_waited() {
        shop.sell(() -> {
            shop.take(1);
            String holder = RootContext.unbind();
            assertThatThrownBy(() -> shop.sell(() -> shop.take(1))).isInstanceOf(WatchedShop.Refused.class);
            RootContext.bind(holder);
        });

        assertThat(meter("seata.branches", "outcome", "lock conflict").timer().count())
                .isEqualTo(1);
        assertThat(meter("seata.lock.conflicts").counter().count()).isEqualTo(4);
        assertThat(meter("seata.lock.waits", "outcome", "gave up").timer().count())
                .isEqualTo(1);
    }

    @Test
    void a_dirty_write_is_counted() {
        assertThatThrownBy(() -> shop.sell(() -> {
                    shop.take(5);
                    WatchedShop.run(shop.own, "UPDATE stock SET amount = 7 WHERE item = 5");
                    throw new IllegalStateException("the sale is off");
                }))
                .hasMessage("the sale is off");

        assertThat(meter("seata.dirty.writes").counter().count()).isEqualTo(1);
    }

    @Test
    void undo_logs_that_cannot_be_deleted_are_seen_waiting_with_the_reason() {
        shop.sell(() -> {
            shop.take(1);
            WatchedShop.run(shop.own, "ALTER TABLE undo_log RENAME TO undo_log_away");
        });

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                registry.get("seata.undo.logs.waiting").gauge().value())
                        .isEqualTo(1));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(meter("seata.troubles", "kind", "undo logs not deleted")
                                .counter()
                                .count())
                        .isPositive());
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(shop.resourceManager.resources().get(0).deletionFailure())
                                .contains("UNDO_LOG"));
        WatchedShop.run(shop.own, "ALTER TABLE undo_log_away RENAME TO undo_log");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                registry.get("seata.undo.logs.waiting").gauge().value())
                        .isZero());
        assertThat(shop.resourceManager.resources().get(0).deletionFailure()).isNull();
    }

    @Test
    void each_time_of_a_trouble_is_counted_although_the_log_tells_of_the_first_alone() {
        shop.sell(() -> shop.take(1));
        WatchedShop.run(shop.own, "ALTER TABLE undo_log RENAME TO undo_log_away");

        for (int i = 0; i < 3; i++) {
            assertThat(shop.resourceManager.branchRollback(BranchType.AT, "tc:1:7", 8, shop.resourceId(), null))
                    .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        }

        assertThat(meter("seata.troubles", "kind", "rollback put off").counter().count())
                .isEqualTo(3);
    }

    @Test
    void branches_of_databases_that_are_not_known_here_are_counted_in_one_meter() {
        shop.resourceManager.branchRollback(BranchType.AT, "tc:1:7", 8, "jdbc:nowhere", null);
        shop.resourceManager.branchCommit(BranchType.AT, "tc:1:7", 9, "jdbc:nowhere:else", null);

        assertThat(troublesWithoutResource("unknown resource")).isEqualTo(2);
    }

    @Test
    void a_database_that_cannot_be_reached_is_counted_at_each_try() {
        var away = new JdbcDataSource();
        // Port 1 answers nobody.
        away.setURL("jdbc:h2:tcp://127.0.0.1:1/away");

        shop.resourceManager.wrap(away);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(troublesWithoutResource("database not reached"))
                        .isPositive());
    }

    private double troublesWithoutResource(String kind) {
        return registry.get("seata.troubles")
                .tags("kind", kind, "resource", "(unknown)")
                .counter()
                .count();
    }

    @Test
    void texts_and_tables_are_counted_when_they_are_new() {
        shop.sell(() -> shop.take(1));
        double made = registry.get("seata.plans.made").functionCounter().count();
        shop.sell(() -> shop.take(1));

        assertThat(made).isPositive();
        assertThat(registry.get("seata.plans.made").functionCounter().count()).isEqualTo(made);
        assertThat(registry.get("seata.plans").gauge().value()).isPositive();
        assertThat(registry.get("seata.tables").gauge().value()).isEqualTo(1);
        assertThat(registry.get("seata.tables.read").functionCounter().count()).isEqualTo(1);
    }

    @Test
    void a_branch_costs_one_small_object_where_it_is_counted() {
        assertThat(AllocatedBytes.perCall(() -> {
                    BranchProgress progress = meters.branchBegins("a-database");
                    progress.undoLogWritten(3, 500);
                    progress.ended(BranchProgress.Outcome.COMMITTED, null);
                    meters.lockConflict("a-database");
                    meters.lockWaitEnded("a-database", 5, true);
                }))
                .isLessThanOrEqualTo(48);
    }
}
