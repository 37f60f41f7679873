package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalLock;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.LockRetryLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class GlobalLockTest {

    private final ApplicationContextRunner runner = Contexts.on(new RecordingCoordinator());

    static class Stock {
        @GlobalLock(lockRetryInterval = 20, lockRetryTimes = 3)
        public @Nullable GlobalLockScope ours() {
            return GlobalLockScope.current();
        }

        @io.seata.spring.annotation.GlobalLock
        public @Nullable GlobalLockScope official() {
            return GlobalLockScope.current();
        }

        @org.apache.seata.spring.annotation.GlobalLock(lockRetryTimes = 7)
        public @Nullable GlobalLockScope officialOfApache() {
            return GlobalLockScope.current();
        }

        public @Nullable GlobalLockScope plain() {
            return GlobalLockScope.current();
        }
    }

    @Test
    void an_annotated_method_looks_for_global_locks_within_its_limits() {
        runner.withBean(Stock.class).run(context -> {
            Stock stock = context.getBean(Stock.class);

            assertThat(stock.ours()).isEqualTo(new GlobalLockScope(new LockRetryLimits(Duration.ofMillis(20), 3)));
            assertThat(stock.official()).isEqualTo(new GlobalLockScope(null));
            assertThat(stock.officialOfApache()).isEqualTo(new GlobalLockScope(new LockRetryLimits(null, 7)));
            assertThat(stock.plain()).isNull();
            assertThat(GlobalLockScope.current()).isNull();
        });
    }

    @GlobalLock
    static class Both {
        @GlobalTransactional
        public @Nullable GlobalScope inside() {
            return GlobalScope.current();
        }
    }

    @Test
    void beside_a_global_transaction_the_annotation_takes_nothing_away() {
        runner.withBean(Both.class)
                .run(context -> assertThat(context.getBean(Both.class).inside()).isNotNull());
    }
}
