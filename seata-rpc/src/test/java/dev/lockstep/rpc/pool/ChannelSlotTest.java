package dev.lockstep.rpc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOptions;
import dev.lockstep.rpc.channel.ChannelOwner;
import dev.lockstep.rpc.channel.CountingEvents;
import dev.lockstep.rpc.channel.IoThreads;
import dev.lockstep.rpc.channel.Registration;
import dev.lockstep.rpc.channel.ReportOptions;
import dev.lockstep.rpc.channel.RequestIds;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.ReportForm;
import io.netty.channel.EventLoop;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slot whose attempts cannot even begin, as no thread can be had for resolving names. */
class ChannelSlotTest {

    private final IoThreads threads = new IoThreads();
    private final IoThreads ended = new IoThreads();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger decisions = new AtomicInteger();
    private volatile @Nullable Error toThrow;
    private volatile boolean timersFail;
    private final ChannelSlot slot = new ChannelSlot(
            new TcAddress("tc", 8091),
            loop(),
            factory(),
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1)),
            (ChannelOwner) Proxy.newProxyInstance(
                    ChannelOwner.class.getClassLoader(),
                    new Class<?>[] {ChannelOwner.class},
                    (proxy, method, arguments) -> {
                        throw new UnsupportedOperationException(method.getName());
                    }),
            new Counter());

    @AfterEach
    void end_the_threads() {
        slot.stop();
        threads.close(Duration.ofSeconds(5));
    }

    @Test
    void attempt_that_cannot_even_begin_has_failed_and_the_next_one_follows() {
        slot.wake();

        await().until(() -> attempts.get() >= 3 && decisions.get() >= 3);
    }

    @Test
    void next_attempt_follows_whatever_is_thrown_by_who_hears_of_the_failed_one() {
        toThrow = new LinkageError("thrown by the test");

        slot.wake();

        await().until(() -> attempts.get() >= 3 && decisions.get() >= 3);
    }

    @Test
    void attempt_that_could_not_be_put_on_its_way_follows_when_the_connection_is_wanted() {
        timersFail = true;
        slot.wake();
        await().until(() -> decisions.get() == 1);
        timersFail = false;
        assertThat(attempts).hasValue(1);

        assertThat(slot.live()).isNull();

        await().until(() -> attempts.get() >= 3);
    }

    private EventLoop loop() {
        var loop = threads.next();
        return (EventLoop) Proxy.newProxyInstance(
                EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class}, (proxy, method, arguments) -> {
                    if (timersFail && method.getName().equals("schedule")) {
                        throw new OutOfMemoryError("thrown by the test");
                    }
                    return method.invoke(loop, arguments);
                });
    }

    private ChannelFactory factory() {
        ended.close(Duration.ofSeconds(5));
        var reports = new ReportOptions(1, Duration.ofMillis(20), ReportForm.SINGLE, false, Duration.ofSeconds(3));
        var options = new ChannelOptions(
                "orders",
                "default_tx_group",
                null,
                null,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                8,
                reports);
        return new ChannelFactory(
                options,
                new Registration(options, Set::of),
                new RequestIds(1),
                new CountingEvents(),
                ended,
                System::nanoTime);
    }

    private final class Counter implements ChannelSlot.Watcher {

        @Override
        public void connected(TcChannel channel) {}

        @Override
        public void lost(TcChannel channel, String reason) {}

        @Override
        public void attemptFailed(String reason, int inARow) {
            attempts.incrementAndGet();
            var error = toThrow;
            if (error != null) {
                throw error;
            }
        }

        @Override
        public void attemptDecided() {
            decisions.incrementAndGet();
        }

        @Override
        public void settled() {}
    }
}
