package dev.lockstep.samples.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spring.testing.SeenTransactions;
import dev.lockstep.spring.testing.WithTc;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** A service that only takes part in global transactions: the test begins them in the place of its callers. */
@SpringBootTest
@WithTc
class WarehouseTest {

    private static final GlobalTransactionDefinition SALE = GlobalTransactionDefinition.named("sale");

    @Autowired
    Warehouse warehouse;

    @Autowired
    GlobalTransactionTemplate globalTransaction;

    @Autowired
    SeenTransactions transactions;

    @Test
    void what_was_taken_comes_back_when_the_caller_fails() {
        int before = bikes();

        assertThatThrownBy(() -> globalTransaction.execute(SALE, () -> {
                    warehouse.take("bike", 2);
                    assertThat(bikes()).isEqualTo(before - 2);
                    throw new IllegalStateException("no credit");
                }))
                .hasMessage("no credit");

        transactions.assertLast().isRolledBack().locked("stock", "bike").leavesNothing();
        assertThat(bikes()).isEqualTo(before);
    }

    @Test
    void what_was_taken_is_gone_when_the_caller_succeeds() {
        int before = bikes();

        globalTransaction.execute(SALE, () -> warehouse.take("bike", 1));

        transactions.assertLast().isCommitted().hasBranches(1).leavesNothing();
        assertThat(bikes()).isEqualTo(before - 1);
    }

    private int bikes() {
        return warehouse.stock().get(0).available();
    }
}
