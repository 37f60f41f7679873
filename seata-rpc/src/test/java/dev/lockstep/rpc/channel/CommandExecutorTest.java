package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CommandExecutorTest {

    @Test
    void command_for_which_no_thread_can_be_made_is_not_taken_and_the_next_one_is() throws InterruptedException {
        var noThreads = new AtomicBoolean(true);
        var executor = new CommandExecutor("commit", 1, 1, task -> {
            if (noThreads.get()) {
                throw new OutOfMemoryError("unable to create native thread: thrown by the test");
            }
            return new Thread(task);
        });
        var ran = new CountDownLatch(1);

        assertThat(executor.offer(() -> {})).isFalse();
        assertThat(executor.waiting()).isZero();
        noThreads.set(false);

        assertThat(executor.offer(ran::countDown)).isTrue();
        assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
        executor.shutdown();
    }
}
