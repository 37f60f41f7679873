package dev.lockstep.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionFailedException;
import io.seata.core.context.RootContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** gRPC with interceptors on the integration API, which documentation shows. */
@Tag("long")
@Tag("generations")
class GrpcByOwnInterceptorsIT extends CarriedXidContract {

    private static final int CALLERS = 8;
    private static final int CALLS = 200;

    @Override
    GrpcStock served(Stock callee) throws IOException {
        return new GrpcStock(callee, new CalledInterceptor(transactions), new CallingInterceptor());
    }

    @Test
    void a_callee_can_forbid_the_commit() throws Exception {
        GrpcStock refusing = served(() -> {
            GlobalScope.current().setRollbackOnly("the stock is closed");
            return "no";
        });
        try {
            assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), refusing::take))
                    .isInstanceOf(GlobalTransactionFailedException.class)
                    .hasMessageContaining("the stock is closed");
        } finally {
            refusing.stop();
        }
    }

    /** The callbacks of one call come on several threads of a pool. */
    @Test
    void no_thread_of_the_server_keeps_an_xid() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        GrpcStock telling = served(() -> String.valueOf(RootContext.getXID()));
        try {
            List<Future<String>> outside = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                Callable<String> inside =
                        () -> template.execute(GlobalTransactionDefinition.named("buy"), telling::take);
                callers.submit(inside);
                outside.add(callers.submit(telling::take));
            }
            for (Future<String> seen : outside) {
                assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("null");
            }
        } finally {
            callers.shutdownNow();
            telling.stop();
        }
    }
}
