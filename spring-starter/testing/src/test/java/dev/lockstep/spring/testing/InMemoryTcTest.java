package dev.lockstep.spring.testing;

import static dev.lockstep.testing.junit.CoordinatedTransactionAssert.assertThatLastTransaction;
import static dev.lockstep.testing.junit.UndoLogAssert.assertThatUndoLogOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.testing.memory.CoordinatorCall;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.OutcomeUnknownException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;

@WithTc
class InMemoryTcTest extends ShopContract {

    @Autowired
    InMemoryCoordinator tc;

    @Autowired
    ObjectProvider<SeataRpcClient> transport;

    @Autowired
    DataSource database;

    @Test
    void the_coordinator_and_the_database_can_be_asked_themselves() {
        shop.sell("bolt", () -> {
            assertThatLastTransaction(tc).hasBranches(1).holdsLock("stock", "bolt");
            assertThatUndoLogOf(database).hasRows(1);
        });

        assertThatLastTransaction(tc).isCommitted().holdsNoLock();
        assertThatUndoLogOf(database).becomesEmpty();
    }

    @Test
    void there_is_no_wire() {
        assertThat(transport.getIfAvailable()).isNull();
    }

    /** As with a real TC, which forgets a global transaction when it has ended it. */
    @Test
    void an_outcome_that_the_branches_here_have_seen_is_known_though_the_answer_was_lost() {
        int before = shop.left("bike");
        tc.faults().loseAnswer(CoordinatorCall.ROLLBACK);

        assertThatThrownBy(() -> shop.sell("bike", 1, false))
                .hasMessage("not paid")
                .hasNoSuppressedExceptions();

        transactions.assertLast().isRolledBack().leavesNothing();
        assertThat(shop.left("bike")).isEqualTo(before);
    }

    /** Last in its context: the TC keeps what it cannot end. */
    @Test
    @DirtiesContext
    void a_test_can_plan_what_goes_wrong() {
        for (int tries = 0; tries < 20; tries++) {
            tc.faults().loseRequest(CoordinatorCall.COMMIT);
        }

        assertThatThrownBy(() -> shop.sell("bike", 1, true)).isInstanceOf(OutcomeUnknownException.class);

        transactions.assertLast().hasOutcome(GlobalOutcome.UNKNOWN).hasUndoLogs(1);
    }
}
