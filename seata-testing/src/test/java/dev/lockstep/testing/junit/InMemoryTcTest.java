package dev.lockstep.testing.junit;

import static dev.lockstep.testing.junit.CoordinatedTransactionAssert.assertThatLastTransaction;
import static dev.lockstep.testing.junit.CoordinatedTransactionAssert.assertThatTransaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.RecordingResourceManager;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InMemoryTcTest {

    private static final String RESOURCE = "jdbc:h2:mem:stock";

    private InMemoryClient client;
    private InMemoryCoordinator ofBeforeEach;

    @BeforeEach
    void connect(@InMemoryTc InMemoryCoordinator tc) {
        ofBeforeEach = tc;
        var rm = new RecordingResourceManager();
        client = tc.connect("shop", rm, rm);
        client.register(RESOURCE);
    }

    @Test
    void a_test_and_what_runs_before_it_are_given_one_coordinator(@InMemoryTc InMemoryCoordinator tc) {
        assertThat(tc).isSameAs(ofBeforeEach);
    }

    @Test
    void a_committed_transaction_is_told_from_others(@InMemoryTc InMemoryCoordinator tc) throws TransactionException {
        String xid = begin();
        assertThatTransaction(tc, xid).hasBranches(1).holdsLock("STOCK", 1);

        client.commit(xid);

        assertThatLastTransaction(tc).isCommitted().hasBranches(1).holdsNoLock();
        assertThatThrownBy(() -> assertThatTransaction(tc, xid).isRolledBack())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("it ended as Committed");
    }

    @Test
    void a_rolled_back_transaction_is_told_from_others(@InMemoryTc InMemoryCoordinator tc) throws TransactionException {
        String xid = begin();

        client.rollback(xid);

        assertThatLastTransaction(tc).isRolledBack().holdsNoLock();
        assertThatThrownBy(() -> assertThatTransaction(tc, xid).isCommitted())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("it ended as Rollbacked");
    }

    @Test
    void what_is_not_as_expected_is_told_with_what_is(@InMemoryTc InMemoryCoordinator tc) throws TransactionException {
        String xid = begin();

        assertThatThrownBy(() -> assertThatTransaction(tc, xid).hasBranches(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected 2 branches of " + xid);
        assertThatThrownBy(() -> assertThatTransaction(tc, xid).holdsLock("stock", 7))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("to hold stock:7");
        assertThatThrownBy(() -> assertThatTransaction(tc, xid).holdsNoLock())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("to hold no row");
    }

    @Test
    void without_a_transaction_there_is_no_last_one(@InMemoryTc InMemoryCoordinator tc) {
        assertThatThrownBy(() -> assertThatLastTransaction(tc))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("No global transaction was begun");
    }

    private String begin() throws TransactionException {
        String xid = client.begin("shop", "group", "sale", 60_000);
        client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:1");
        return xid;
    }
}
