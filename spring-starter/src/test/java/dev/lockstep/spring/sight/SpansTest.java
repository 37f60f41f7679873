package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.tm.GlobalTransactionDefinition;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.seata.core.model.BranchStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpansTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimpleTracer tracer = new SimpleTracer();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final CommittedBranches committed = new CommittedBranches();
    private final WatchedShop shop = new WatchedShop(
            List.of(new TransactionSpans(() -> registry)),
            new BranchSpans(() -> registry, committed),
            dirty -> {},
            phaseTwo -> new PhaseTwoSpans(() -> registry, committed).around(phaseTwo));

    SpansTest() {
        registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private void request(Runnable work) {
        Observation.createNotStarted("request", registry).observe(work);
    }

    private SimpleSpan span(String name) {
        return tracer.getSpans().stream()
                .filter(span -> span.getName().equals(name) && span.getEndTimestamp() != java.time.Instant.EPOCH)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " among " + tracer.getSpans()));
    }

    @Test
    void transaction_branch_and_phase_two_join_the_trace_of_the_request() {
        request(() -> shop.sell(() -> shop.take(1)));

        SimpleSpan request = span("request");
        SimpleSpan transaction = span("global transaction sale");
        SimpleSpan branch = span("branch");
        assertThat(transaction.getTraceId()).isEqualTo(request.getTraceId());
        assertThat(transaction.getParentId()).isEqualTo(request.getSpanId());
        assertThat(transaction.getTags()).containsEntry("outcome", "committed").containsKey("xid");
        assertThat(branch.getParentId()).isEqualTo(transaction.getSpanId());
        assertThat(branch.getTags())
                .containsEntry("outcome", "committed")
                .containsEntry("resource", shop.resourceId())
                .containsEntry("xid", transaction.getTags().get("xid"));
        assertThat(branch.getEvents())
                .extracting(event -> event.getValue())
                .containsExactly("registered", "undo log written");
        await().atMost(SOON).untilAsserted(() -> {
            SimpleSpan end = span("branch commit");
            assertThat(end.getTraceId()).isEqualTo(request.getTraceId());
            assertThat(end.getParentId()).isEqualTo(branch.getSpanId());
            assertThat(end.getTags()).containsEntry("status", "PhaseTwo_Committed");
        });
    }

    @Test
    void a_rollback_is_seen_with_its_error_and_its_branches_going_back() {
        assertThatThrownBy(() -> request(() -> shop.sell(() -> {
                    shop.take(1);
                    throw new IllegalStateException("the sale is off");
                })))
                .hasMessage("the sale is off");

        SimpleSpan transaction = span("global transaction sale");
        assertThat(transaction.getTags()).containsEntry("outcome", "rolled back");
        assertThat(transaction.getError()).hasMessage("the sale is off");
        assertThat(span("branch rollback").getTraceId()).isEqualTo(transaction.getTraceId());
    }

    @Test
    void a_branch_that_is_refused_carries_its_error() {
        assertThatThrownBy(() -> shop.sell(() -> {
                    shop.tc
                            .faults()
                            .refuse(
                                    dev.lockstep.testing.memory.CoordinatorCall.BRANCH_REGISTER,
                                    io.seata.core.exception.TransactionExceptionCode.FailedToAddBranch,
                                    null);
                    shop.take(1);
                }))
                .isInstanceOf(WatchedShop.Refused.class);

        assertThat(span("branch").getTags()).containsEntry("outcome", "not registered");
        assertThat(span("branch").getError()).hasMessageContaining("Branch not registered");
    }

    @Test
    void the_second_phase_of_a_branch_that_came_into_being_elsewhere_has_a_trace_of_its_own() throws Exception {
        new PhaseTwoSpans(() -> registry, committed)
                .around(shop.resourceManager)
                .branchRollback(io.seata.core.model.BranchType.AT, "10.0.0.5:8091:1", 77, "elsewhere", null);

        assertThat(span("branch rollback").getParentId()).isNullOrEmpty();
        assertThat(span("branch rollback").getTags()).containsEntry("status", "PhaseTwo_RollbackFailed_Retryable");
    }

    @Test
    void spans_keep_the_promise_of_the_rm_to_commit_without_waiting_and_make_none_in_its_place() {
        var spans = new PhaseTwoSpans(() -> registry, committed);
        var promisesNothing = new dev.lockstep.testing.RecordingResourceManager();

        assertThat(spans.around(shop.resourceManager))
                .isInstanceOfSatisfying(
                        dev.lockstep.port.PromptInbound.class,
                        observed -> assertThat(observed.commitsPromptly()).isTrue());
        assertThat(spans.around(promisesNothing))
                .isInstanceOfSatisfying(
                        dev.lockstep.port.PromptInbound.class,
                        observed -> assertThat(observed.commitsPromptly()).isFalse());
    }

    /** As one that is declared by the application may do. */
    private static final class Broken implements ObservationHandler<Observation.Context> {
        private final String step;

        Broken(String step) {
            this.step = step;
        }

        private void at(String reached) {
            if (reached.equals(step)) {
                throw new IllegalStateException("a broken handler");
            }
        }

        @Override
        public void onStart(Observation.Context context) {
            at("start");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            at("open");
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            at("close");
        }

        @Override
        public void onStop(Observation.Context context) {
            at("stop");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "open", "close", "stop"})
    void a_handler_that_throws_keeps_no_second_phase_from_its_work_and_leaves_nothing_on_the_thread(String step)
            throws Exception {
        ObservationRegistry broken = ObservationRegistry.create();
        broken.observationConfig().observationHandler(new Broken(step));
        var resourceManager = new dev.lockstep.testing.RecordingResourceManager();

        BranchStatus status = new PhaseTwoSpans(() -> broken, committed)
                .around(resourceManager)
                .branchCommit(io.seata.core.model.BranchType.AT, "10.0.0.5:8091:1", 77, "orders", null);

        assertThat(status).isEqualTo(BranchStatus.PhaseTwo_Committed);
        assertThat(broken.getCurrentObservationScope()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "open", "stop"})
    void a_handler_that_throws_fails_the_work_as_any_that_is_observed_and_leaves_nothing_on_the_thread(String step) {
        registry.observationConfig().observationHandler(new Broken(step));

        assertThatThrownBy(() -> shop.sell(() -> shop.take(1))).hasStackTraceContaining("a broken handler");

        assertThat(registry.getCurrentObservationScope()).isNull();
    }

    @Test
    void after_it_nothing_is_left_on_the_thread() {
        request(() -> {
            shop.sell(() -> shop.take(1));
            assertThat(registry.getCurrentObservation().getContextView().getName())
                    .isEqualTo("request");
        });

        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void a_branch_that_waits_for_its_phase_two_holds_nothing_of_its_request() {
        Observation branch = Observation.createNotStarted("branch", registry)
                .parentObservation(
                        Observation.createNotStarted("request", registry).start())
                .start();
        branch.stop();

        committed.keep(5, branch);

        assertThat(committed.find(5).getContext().getParentObservation()).isNull();
    }

    @Test
    void branches_whose_end_is_told_to_another_instance_are_forgotten_in_time() {
        Observation branch = Observation.createNotStarted("branch", registry);
        for (long id = 0; id < 20_000; id++) {
            committed.keep(id, branch);
        }

        assertThat(committed.find(19_999)).isNotNull();
        assertThat(committed.find(0)).isNull();
    }

    @Test
    void names_made_up_without_end_are_counted_as_others_and_kept_whole_beside() {
        for (int i = 0; i <= 500; i++) {
            shop.template.execute(GlobalTransactionDefinition.named("sale " + i), () -> null);
        }

        assertThat(span("global transaction sale 499").getTags()).containsEntry("name", "sale 499");
        assertThat(span("global transaction sale 500").getTags())
                .containsEntry("name", "(others)")
                .containsEntry("transaction", "sale 500");
    }
}
