package dev.lockstep.rm.at.phaseone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reports of failure: the caller holds a connection while he waits. */
final class BranchReportTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final ScriptedTc tc = new ScriptedTc();

    @AfterEach
    void close() throws InterruptedException {
        tc.answer.countDown();
        background.shutdown();
        assertThat(background.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Loses some answers, and gives the others when it is told to. */
    private static final class ScriptedTc implements ResourceManagerOutbound {
        private final CountDownLatch answer = new CountDownLatch(1);
        private final List<BranchStatus> received = new CopyOnWriteArrayList<>();
        private volatile int answersToLose;

        @Override
        public void branchReport(
                BranchType type, String xid, long branchId, BranchStatus status, @Nullable String applicationData)
                throws TransactionException {
            try {
                assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            received.add(status);
            if (received.size() <= answersToLose) {
                throw new AnswerLostException("as planned by the test", null);
            }
        }

        @Override
        public Long branchRegister(
                BranchType type,
                String resourceId,
                @Nullable String clientId,
                String xid,
                @Nullable String applicationData,
                @Nullable String lockKeys) {
            throw new AssertionError("no branch is registered here");
        }

        @Override
        public boolean lockQuery(BranchType type, String resourceId, String xid, @Nullable String lockKeys) {
            throw new AssertionError("no lock is asked for here");
        }
    }

    @Test
    @Timeout(20)
    void nobody_waits_for_a_tc_that_does_not_answer_and_the_report_goes_on_all_the_same() {
        tc.answersToLose = 2;
        new BranchReport(tc, false, 5, background, Duration.ofMillis(50)).failed("1:1", 7);
        assertThat(tc.received).isEmpty();

        tc.answer.countDown();
        await().until(() -> tc.received.size() == 3);
        assertThat(tc.received).containsOnly(BranchStatus.PhaseOne_Failed);
    }

    @Test
    @Timeout(20)
    void the_tc_knows_of_a_failure_before_the_caller_goes_on_where_it_answers() {
        tc.answersToLose = 1;
        tc.answer.countDown();
        new BranchReport(tc, false, 5, background, LONG).failed("1:1", 7);
        assertThat(tc.received).containsExactly(BranchStatus.PhaseOne_Failed, BranchStatus.PhaseOne_Failed);
    }

    @Test
    @Timeout(20)
    void an_interrupted_caller_stays_so_and_the_report_is_sent() {
        Thread.currentThread().interrupt();
        new BranchReport(tc, false, 5, background, LONG).failed("1:1", 7);
        assertThat(Thread.interrupted()).isTrue();

        tc.answer.countDown();
        await().until(() -> tc.received.size() == 1);
    }

    @Test
    void a_report_that_nobody_takes_harms_nobody() {
        new BranchReport(
                        tc,
                        false,
                        5,
                        task -> {
                            throw new RejectedExecutionException("full, as planned by the test");
                        },
                        LONG)
                .failed("1:1", 7);
        assertThat(tc.received).isEmpty();
    }
}
