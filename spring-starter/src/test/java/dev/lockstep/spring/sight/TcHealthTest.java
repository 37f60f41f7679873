package dev.lockstep.spring.sight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.discovery.NodeState;
import dev.lockstep.rpc.discovery.TcAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TcHealthTest {

    private static final NodeState CONNECTED =
            new NodeState(new TcAddress("tc-1", 8091), 2, false, true, 5, "1.8.0", null);
    private static final NodeState SET_ASIDE =
            new NodeState(new TcAddress("tc-2", 8091), 1, true, true, 0, "1.8.0", "three failures");
    private static final NodeState DOWN =
            new NodeState(new TcAddress("tc-3", 8091), 0, false, true, 0, null, "refused");

    private static TcHealth of(List<NodeState> nodes, ResourceState... resources) {
        return TcHealth.of(new RpcState(true, nodes, 0), List.of(resources));
    }

    private static ResourceState resource(String id, int waiting, @Nullable String failure) {
        return new ResourceState(id, waiting, 10_000, failure, 3, 4, 2, 2);
    }

    @Test
    void each_node_is_told_with_its_state() {
        TcHealth health = of(List.of(CONNECTED, SET_ASIDE, DOWN));

        assertThat(health.status()).isEqualTo("UP");
        assertThat(health.details())
                .containsExactly(
                        Map.entry("tc-1:8091", "connected, TC 1.8.0"),
                        Map.entry("tc-2:8091", "set aside: three failures"),
                        Map.entry("tc-3:8091", "not connected: refused"));
    }

    @Test
    void without_a_node_that_takes_requests_it_is_down() {
        assertThat(of(List.of(SET_ASIDE, DOWN)).status()).isEqualTo("DOWN");
        assertThat(of(List.of()).status()).isEqualTo("DOWN");
    }

    @Test
    void a_client_that_cannot_even_be_asked_is_down_with_its_error() {
        TcHealth health = TcHealth.of(
                () -> {
                    throw new NoSuchMethodError("of Netty");
                },
                () -> null);

        assertThat(health.status()).isEqualTo("DOWN");
        assertThat(health.details()).containsEntry("error", "java.lang.NoSuchMethodError: of Netty");
    }

    @Test
    void undo_logs_that_wait_are_told_with_the_reason_and_make_nothing_unhealthy() {
        TcHealth health =
                of(List.of(CONNECTED), resource("orders", 0, null), resource("stock", 9_500, "the table is locked"));

        assertThat(health.status()).isEqualTo("UP");
        assertThat(health.details())
                .containsEntry(
                        "undoBacklog",
                        Map.of(
                                "orders",
                                "0 of 10000",
                                "stock",
                                "9500 of 10000, cannot be deleted: the table is locked"));
    }

    @Test
    void of_two_data_sources_with_one_database_the_one_with_work_is_told() {
        assertThat(of(List.of(CONNECTED), resource("stock", 7, null), resource("stock", 0, null))
                        .details())
                .containsEntry("undoBacklog", Map.of("stock", "7 of 10000"));
        assertThat(of(List.of(CONNECTED), resource("stock", 0, null), resource("stock", 7, null))
                        .details())
                .containsEntry("undoBacklog", Map.of("stock", "7 of 10000"));
    }
}
