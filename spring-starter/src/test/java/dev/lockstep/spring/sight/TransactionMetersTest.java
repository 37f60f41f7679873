package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seata.core.context.RootContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RunningTransactions running = new RunningTransactions(() -> this.shop.transactions.running());
    private final TransactionMeters meters = new TransactionMeters(running);
    private WatchedShop shop;

    @BeforeEach
    void open() {
        meters.bindTo(registry);
        shop = new WatchedShop(List.of(meters), BranchListener.NONE, dirty -> {}, phaseTwo -> phaseTwo);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private long count(String name, String outcome) {
        return registry.get("seata.global.transactions")
                .tags("name", name, "outcome", outcome)
                .timer()
                .count();
    }

    @Test
    void global_transactions_are_timed_by_name_and_outcome() {
        shop.sell(() -> shop.take(1));
        shop.sell(() -> {});
        assertThatThrownBy(() -> shop.sell(() -> {
                    shop.take(2);
                    throw new IllegalStateException("the sale is off");
                }))
                .hasMessage("the sale is off");

        assertThat(count("sale", "committed")).isEqualTo(1);
        assertThat(count("sale", "rolled back")).isEqualTo(1);
        assertThat(count("sale", "not begun")).isEqualTo(1);
    }

    @Test
    void each_of_several_registries_has_them() {
        var second = new SimpleMeterRegistry();
        shop.sell(() -> shop.take(1));
        meters.bindTo(second);

        shop.sell(() -> shop.take(1));

        assertThat(count("sale", "committed")).isEqualTo(2);
        assertThat(second.get("seata.global.transactions").timer().count()).isEqualTo(1);
    }

    @Test
    void those_that_run_are_counted() {
        shop.sell(() -> {
            assertThat(RootContext.getXID()).isNotNull();
            assertThat(registry.get("seata.global.transactions.running").gauge().value())
                    .isEqualTo(1);
        });

        assertThat(registry.get("seata.global.transactions.running").gauge().value())
                .isZero();
    }

    @Test
    void names_made_up_without_end_do_not_fill_the_registry() {
        for (int i = 0; i < 600; i++) {
            shop.template.execute(GlobalTransactionDefinition.named("sale " + i), () -> null);
        }

        assertThat(registry.find("seata.global.transactions").timers()).hasSize(501);
        assertThat(count("(others)", "not begun")).isEqualTo(100);
    }

    @Test
    void a_transaction_costs_one_small_object_where_it_is_counted() {
        var scopes = new ArrayList<GlobalScope>();
        shop.sell(() -> scopes.add(GlobalScope.current()));
        GlobalScope ended = scopes.get(0);

        assertThat(AllocatedBytes.perCall(() -> meters.afterCompletion(ended, GlobalOutcome.COMMITTED)))
                .isLessThanOrEqualTo(24);
    }
}
