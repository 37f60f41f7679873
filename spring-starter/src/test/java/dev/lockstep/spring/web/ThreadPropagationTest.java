package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalScope;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.seata.core.context.RootContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Executors with Micrometer's context propagation, both real. */
class ThreadPropagationTest {

    private static final String XID = "10.0.0.5:8091:123";

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {
        @Bean
        ThreadPoolTaskExecutor taskExecutor() {
            var executor = new ThreadPoolTaskExecutor();
            executor.setCorePoolSize(1);
            executor.setMaxPoolSize(1);
            executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
            return executor;
        }

        @Bean
        Worker worker() {
            return new Worker();
        }
    }

    record Seen(@Nullable GlobalScope scope, @Nullable String inLogs, String thread) {}

    static class Worker {
        @Async
        public CompletableFuture<Seen> look() {
            return CompletableFuture.completedFuture(ThreadPropagationTest.look());
        }
    }

    private static Seen look() {
        return new Seen(
                GlobalScope.current(),
                MDC.get("X-TX-XID"),
                Thread.currentThread().getName());
    }

    @Test
    void an_async_method_works_for_the_same_scope_and_its_thread_is_clean_afterwards() {
        new ApplicationContextRunner().withUserConfiguration(Application.class).run(context -> {
            Worker worker = context.getBean(Worker.class);
            RootContext.bind(XID);
            GlobalScope mine = GlobalScope.current();

            Seen inside = worker.look().join();
            RootContext.unbind();
            Seen outside = worker.look().join();

            assertThat(inside.thread()).isNotEqualTo(Thread.currentThread().getName());
            assertThat(inside.scope()).isSameAs(mine);
            assertThat(inside.inLogs()).isEqualTo(XID);
            assertThat(outside.thread()).isEqualTo(inside.thread());
            assertThat(outside.scope()).isNull();
            assertThat(outside.inLogs()).isNull();
        });
    }

    @Test
    void a_task_given_to_an_executor_that_the_library_wrapped_works_for_the_same_scope() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            ExecutorService carrying = ContextExecutorService.wrap(
                    threads, ContextSnapshotFactory.builder().build()::captureAll);
            RootContext.bind(XID);
            GlobalScope mine = GlobalScope.current();

            Seen inside = carrying.submit(ThreadPropagationTest::look).get();
            Seen afterwards = threads.submit(ThreadPropagationTest::look).get();

            assertThat(inside.scope()).isSameAs(mine);
            assertThat(inside.inLogs()).isEqualTo(XID);
            assertThat(afterwards.thread()).isEqualTo(inside.thread());
            assertThat(afterwards.scope()).isNull();
            assertThat(afterwards.inLogs()).isNull();
        } finally {
            threads.shutdown();
        }
    }
}
