package dev.lockstep.rpc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ResourceIdsTest {

    private final ResourceIds ids = new ResourceIds();

    @Test
    void an_announcement_that_could_not_be_started_is_waited_for_by_nobody_and_started_by_the_next() {
        assertThatThrownBy(() -> ids.add("db", added -> {
                    throw new OutOfMemoryError("as planned by the test");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(ids.known()).isEmpty();

        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Void> announced = ids.add("db", added -> started);
        assertThat(announced).isNotDone();
        started.complete(null);
        assertThat(announced).isCompleted();
        assertThat(ids.known()).containsExactly("db");
    }
}
