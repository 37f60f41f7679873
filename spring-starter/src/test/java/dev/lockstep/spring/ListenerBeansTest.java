package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import dev.lockstep.rm.DirtyWrite;
import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rpc.RpcListener;
import dev.lockstep.testing.memory.CoordinatorCall;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.FailureListener;
import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionException;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.ListenerFailedException;
import dev.lockstep.tm.OutcomeUnknownException;
import dev.lockstep.tm.TcUnavailableException;
import dev.lockstep.tm.TransactionListener;
import io.seata.core.context.RootContext;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Several beans of one listener's type are all told, whatever the others do. */
@ExtendWith(OutputCaptureExtension.class)
class ListenerBeansTest {

    private static final GlobalTransactionDefinition SELL = GlobalTransactionDefinition.named("sell");

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void every_failure_listener_is_told_though_one_throws() {
        Contexts.withoutTc()
                .withPropertyValues("lockstep.lazy-begin=false")
                .withBean("broken", FailureListener.class, () -> (name, outcome, trouble) -> {
                    told.add("broken " + name);
                    throw new IllegalStateException("mine");
                })
                .withBean("pager", FailureListener.class, () -> (name, outcome, trouble) -> told.add("pager " + name))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatThrownBy(() -> context.getBean(GlobalTransactionTemplate.class)
                                    .execute(SELL, () -> null))
                            .isInstanceOf(TcUnavailableException.class)
                            .satisfies(trouble -> assertThat(trouble.getSuppressed())
                                    .extracting(Throwable::getMessage)
                                    .contains("mine"));

                    assertThat(told).containsExactlyInAnyOrder("broken sell", "pager sell");
                });
    }

    @Test
    void an_outcome_that_nobody_knows_is_an_error_in_the_log_also_beside_a_listener(CapturedOutput output) {
        try (InMemoryCoordinator tc = InMemoryCoordinator.open()) {
            InMemoryClient client = tc.connect("shop");
            Contexts.on(client)
                    .withPropertyValues("seata.client.tm.commit-retry-count=1")
                    .withBean(FailureListener.class, () -> (name, outcome, trouble) -> told.add(name + " " + outcome))
                    .run(context -> {
                        tc.faults().loseAnswer(CoordinatorCall.COMMIT);

                        assertThatThrownBy(() -> context.getBean(GlobalTransactionTemplate.class)
                                        .execute(SELL, RootContext::getXID))
                                .isInstanceOf(OutcomeUnknownException.class)
                                .satisfies(unknown -> assertThat(output.getAll()
                                                .lines()
                                                .filter(line -> line.contains("Global transaction 'sell', UNKNOWN: ")))
                                        .singleElement(STRING)
                                        .contains("ERROR")
                                        .contains("[" + ((OutcomeUnknownException) unknown).xid()
                                                + "] Global transaction"));
                    });
        }
        assertThat(told).containsExactly("sell UNKNOWN");
    }

    @Test
    void every_dirty_write_listener_and_the_event_are_told_though_one_throws(CapturedOutput output) {
        DataSource database = StockDatabase.create();
        try (InMemoryCoordinator tc = InMemoryCoordinator.open()) {
            InMemoryClient client = tc.connect("shop");
            Contexts.on(client)
                    .withBean(DataSource.class, () -> database)
                    .withBean("broken", DirtyWriteListener.class, () -> dirtyWrite -> {
                        told.add("broken");
                        throw new IllegalStateException("mine");
                    })
                    .withBean("pager", DirtyWriteListener.class, () -> dirtyWrite -> told.add("pager"))
                    .withBean(OfEvents.class, () -> new OfEvents(told))
                    .run(context -> {
                        JdbcTemplate ours = new JdbcTemplate(context.getBean(DataSource.class));
                        JdbcTemplate strangers = new JdbcTemplate(database);

                        assertThatThrownBy(() -> context.getBean(GlobalTransactionTemplate.class)
                                        .execute(SELL, () -> {
                                            ours.update("UPDATE stock SET amount = 9 WHERE id = 1");
                                            strangers.update("UPDATE stock SET amount = 3 WHERE id = 1");
                                            throw new IllegalStateException("changed our mind");
                                        }))
                                .hasMessage("changed our mind");
                        assertThat(told).containsExactlyInAnyOrder("broken", "pager", "event");
                    });
        }
        assertThat(output).contains("mine");
    }

    /** As somebody writes it who wants to look something up about what happened. */
    record InTheDatabase(JdbcTemplate database, List<@Nullable Integer> amounts)
            implements DirtyWriteListener, BranchListener, RpcListener, TransactionListener, FailureListener {

        @Override
        public void onDirtyWrite(DirtyWrite dirtyWrite) {}

        @Override
        public void failed(String name, GlobalOutcome outcome, GlobalTransactionException trouble) {
            amounts.add(database.queryForObject("SELECT amount FROM stock", Integer.class));
        }

        @Override
        public BranchProgress branchBegins(String resourceId) {
            return BranchProgress.NONE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Recording {
        @Bean
        DataSource dataSource() {
            return StockDatabase.create();
        }

        @Bean
        JdbcTemplate database(DataSource dataSource) {
            return new JdbcTemplate(dataSource);
        }

        @Bean
        InTheDatabase recording(JdbcTemplate database) {
            return new InTheDatabase(database, new CopyOnWriteArrayList<>());
        }
    }

    @Test
    void a_listener_may_need_a_data_source_that_takes_part() {
        Contexts.withoutTc()
                .withPropertyValues("lockstep.lazy-begin=false")
                .withUserConfiguration(Recording.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatThrownBy(() -> context.getBean(GlobalTransactionTemplate.class)
                                    .execute(SELL, () -> null))
                            .isInstanceOf(TcUnavailableException.class);
                    assertThat(context.getBean(InTheDatabase.class).amounts()).containsExactly(10);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class ThroughTheTemplate {
        @Bean
        RpcListener listener(GlobalTransactionTemplate template) {
            return new RpcListener() {};
        }

        @Bean
        FailureListener failures(GlobalTransactionTemplate template) {
            return (name, outcome, trouble) -> {};
        }

        @Bean
        TransactionListener transactions(GlobalTransactionTemplate template) {
            return new TransactionListener() {};
        }
    }

    @Test
    void a_listener_may_need_what_it_is_told_by() {
        Contexts.withoutTc()
                .withUserConfiguration(ThroughTheTemplate.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void a_listener_that_is_made_at_the_first_event_is_made_outside_the_global_transaction() {
        Contexts.on(new RecordingCoordinator())
                .withBean(
                        TransactionListener.class,
                        () -> {
                            told.add("made, bound to " + GlobalScope.current());
                            return new Telling("one", told, Set.of());
                        },
                        definition -> definition.setLazyInit(true))
                .run(context -> {
                    context.getBean(GlobalTransactionTemplate.class)
                            .execute(SELL, () -> told.add("works, bound to " + (GlobalScope.current() != null)));

                    assertThat(told).containsSubsequence("made, bound to null", "one launched", "works, bound to true");
                });
    }

    /** Says what it is told, and fails where it is to. */
    private record Telling(String name, List<String> told, Set<String> failing) implements TransactionListener {

        private void hear(String step) {
            told.add(name + " " + step);
            if (failing.contains(step)) {
                throw new IllegalStateException(name + " at " + step);
            }
        }

        @Override
        public void launched(GlobalScope scope) {
            hear("launched");
        }

        @Override
        public void beforeBegin(GlobalTransactionDefinition definition) {
            hear("before begin");
        }

        @Override
        public void afterBegin(GlobalScope scope) {
            hear("after begin");
        }

        @Override
        public void beforeCommit(GlobalScope scope) {
            hear("before commit");
        }

        @Override
        public void afterCommit(GlobalScope scope) {
            hear("after commit");
        }

        @Override
        public void beforeRollback(GlobalScope scope) {
            hear("before rollback");
        }

        @Override
        public void afterRollback(GlobalScope scope) {
            hear("after rollback");
        }

        @Override
        public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
            hear("after completion " + outcome);
        }
    }

    private ApplicationContextRunner withTwo(String... failing) {
        return Contexts.on(new RecordingCoordinator())
                .withBean("one", TransactionListener.class, () -> new Telling("one", told, Set.of(failing)))
                .withBean("two", TransactionListener.class, () -> new Telling("two", told, Set.of(failing)));
    }

    @Test
    void transaction_listeners_are_told_of_every_step() {
        withTwo().run(context -> {
            context.getBean(GlobalTransactionTemplate.class).execute(SELL, () -> null);

            assertThat(told)
                    .containsExactly(
                            "one launched",
                            "two launched",
                            "one before begin",
                            "two before begin",
                            "one after begin",
                            "two after begin",
                            "one before commit",
                            "two before commit",
                            "one after commit",
                            "two after commit",
                            "one after completion COMMITTED",
                            "two after completion COMMITTED");
        });
    }

    @Test
    void a_transaction_listener_that_refuses_a_step_keeps_it_from_the_next_one() {
        withTwo("before commit", "before rollback").run(context -> {
            GlobalTransactionTemplate template = context.getBean(GlobalTransactionTemplate.class);

            assertThatThrownBy(() -> template.execute(SELL, () -> null))
                    .hasMessage("one at before commit")
                    .satisfies(refusal -> assertThat(refusal.getSuppressed())
                            .singleElement(THROWABLE)
                            .hasMessage("one at before rollback")
                            .hasSuppressedException(new IllegalStateException("two at before rollback")));
            assertThat(told)
                    .containsSubsequence(
                            "one before commit",
                            "one before rollback",
                            "two before rollback",
                            "one after rollback",
                            "two after rollback",
                            "one after completion ROLLED_BACK",
                            "two after completion ROLLED_BACK")
                    .doesNotContain("two before commit");
        });
    }

    @Test
    void a_transaction_listener_that_fails_after_a_step_keeps_it_from_nobody() {
        withTwo("after commit", "after completion COMMITTED").run(context -> {
            GlobalTransactionTemplate template = context.getBean(GlobalTransactionTemplate.class);

            assertThatThrownBy(() -> template.execute(SELL, () -> null))
                    .isInstanceOf(ListenerFailedException.class)
                    .cause()
                    .hasMessage("one at after commit");
            assertThat(told).contains("two after commit", "two after completion COMMITTED");
        });
    }

    @Test
    void a_transaction_listener_that_throws_what_it_does_not_declare_keeps_a_step_from_nobody() {
        TransactionListener undeclared = new TransactionListener() {
            @Override
            public void afterCommit(GlobalScope scope) {
                throw Listeners.<RuntimeException>asItIs(new IOException("mine"));
            }
        };
        Contexts.on(new RecordingCoordinator())
                .withBean("one", TransactionListener.class, () -> undeclared)
                .withBean("two", TransactionListener.class, () -> new Telling("two", told, Set.of()))
                .run(context -> {
                    GlobalTransactionTemplate template = context.getBean(GlobalTransactionTemplate.class);

                    assertThatThrownBy(() -> template.execute(SELL, () -> null))
                            .isInstanceOf(ListenerFailedException.class)
                            .cause()
                            .isInstanceOf(IOException.class)
                            .hasMessage("mine");
                    assertThat(told).contains("two after commit", "two after completion COMMITTED");
                });
    }

    private record OfEvents(List<String> told) implements ApplicationListener<PayloadApplicationEvent<DirtyWrite>> {
        @Override
        public void onApplicationEvent(PayloadApplicationEvent<DirtyWrite> event) {
            told.add("event");
        }
    }
}
