package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seata.core.context.RootContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeHandoverTest {

    private static final String XID = "10.0.0.5:8091:123";

    @AfterEach
    void cleanThread() {
        ScopeHandover.clear();
    }

    @Test
    void another_thread_works_for_the_same_scope() {
        RootContext.bind(XID);
        GlobalScope mine = GlobalScope.current();
        ScopeHandover handover = ScopeHandover.ofThread();
        assertThat(handover).isNotNull();

        @Nullable
        GlobalScope theirs = CompletableFuture.supplyAsync(() -> {
                    handover.takeUp();
                    try {
                        return GlobalScope.current();
                    } finally {
                        ScopeHandover.clear();
                    }
                })
                .join();

        assertThat(theirs).isSameAs(mine);
        assertThat(handover.outgoingCall().headers()).isEqualTo(Map.of("TX_XID", XID));
    }

    @Test
    void a_thread_gets_back_all_that_it_was_bound_to() {
        RootContext.bind(XID);
        RootContext.bindGlobalLockFlag();
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        new IncomingCall("10.0.0.5:8091:7", null, null).handover().takeUp();
        assertThat(RootContext.getXID()).isEqualTo("10.0.0.5:8091:7");
        assertThat(RootContext.requireGlobalLock()).isFalse();

        mine.restore();
        assertThat(RootContext.getXID()).isEqualTo(XID);
        assertThat(RootContext.requireGlobalLock()).isTrue();
    }

    @Test
    void a_thread_without_a_global_transaction_has_nothing_to_hand_over() {
        assertThat(ScopeHandover.ofThread()).isNull();
    }
}
