package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** What a test can say about its application's global transactions, whichever TC it runs on. */
@SpringBootTest
abstract class ShopContract {

    @Autowired
    Shop shop;

    @Autowired
    SeenTransactions transactions;

    @BeforeEach
    void forget() {
        transactions.forget();
    }

    @Test
    void a_sale_is_committed_and_leaves_nothing_behind() {
        int before = shop.left("bike");

        shop.sell("bike", 2, true);

        transactions
                .assertLast()
                .hasName("sell")
                .isCommitted()
                .hasBranches(1)
                .locked("stock", "bike")
                .leavesNothing();
        assertThat(shop.left("bike")).isEqualTo(before - 2);
    }

    @Test
    void an_unpaid_sale_is_rolled_back() {
        int before = shop.left("bike");

        assertThatThrownBy(() -> shop.sell("bike", 2, false)).hasMessage("not paid");

        transactions.assertLast().isRolledBack().hasBranches(1).leavesNothing();
        assertThat(transactions.last().failure()).hasMessage("not paid");
        assertThat(shop.left("bike")).isEqualTo(before);
    }

    @Test
    void undo_logs_and_locks_are_seen_while_it_runs() {
        shop.sell("bolt", () -> {
            transactions.assertLast().hasOutcome(null).hasBranches(1).hasUndoLogs(1);
            assertThat(new Leftovers(transactions.application()).locks(transactions.last()))
                    .singleElement()
                    .asString()
                    .containsIgnoringCase("stock:bolt");
        });

        assertThat(transactions.all()).hasSize(1);
        transactions.assertLast().isCommitted();
    }

    @Test
    void a_wrong_expectation_says_what_is_true_instead() {
        assertThatThrownBy(() -> shop.sell("bike", 1, false)).hasMessage("not paid");

        assertThatThrownBy(() -> transactions.assertLast().isCommitted())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'sell'")
                .hasMessageContaining("to be " + GlobalOutcome.COMMITTED + ", and it is " + GlobalOutcome.ROLLED_BACK)
                .hasMessageContaining("not paid");
        assertThatThrownBy(() -> transactions.assertLast().hasBranches(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected 2 branches of 'sell', and there are 1");
        assertThatThrownBy(() -> transactions.assertLast().locked("stock", "car"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("to lock stock:car");
    }

    @Test
    void where_none_was_launched_the_question_is_the_answer() {
        assertThatThrownBy(() -> transactions.assertLast())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("No global transaction was launched");
    }
}
