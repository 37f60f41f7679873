package dev.lockstep.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.benchmarks.load.Round;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthClientTest {

    private static final String H2 = "jdbc:h2:mem:";
    private static final String OPTIONS = ";MODE=MySQL;DATABASE_TO_LOWER=TRUE";

    private final Local library = new Local();

    @ParameterizedTest
    @ValueSource(strings = {"rows-100", "branches-4", "open-5", "undo-3000", "sources-3", "nodes-1"})
    void the_data_agrees_with_what_was_committed(String workload) throws Exception {
        var round = new Round(workload, 2, Duration.ofMillis(50));
        try (var client = GrowthClient.open(Map.of("d0", H2 + UUID.randomUUID() + OPTIONS), library)) {
            client.prepare(round);
            var tally = client.run(round);
            assertThat(tally.firstFailure()).isNull();
            assertThat(tally.transactions()).isPositive();
            assertThat(client.branchesOpen()).isEqualTo(-library.open);
            client.restore(round);

            assertThat(client.wrongData()).isEmpty();
            assertThat(library.open).isZero();
        }
    }

    @Test
    void transactions_are_left_open_during_the_round_only() throws Exception {
        var round = new Round("open-7", 1, Duration.ofMillis(10));
        try (var client = GrowthClient.open(Map.of("d0", H2 + UUID.randomUUID() + OPTIONS), library)) {
            client.prepare(round);
            assertThat(library.open).isEqualTo(7);
            client.restore(round);
            assertThat(library.open).isZero();
        }
    }

    @Test
    void a_workload_that_is_none_is_refused() {
        assertThatThrownBy(() -> GrowthStep.of("columns-7"))
                .hasMessageContaining("columns-7")
                .hasMessageContaining("rows");
    }

    /** Local transactions alone. */
    private static final class Local implements ClientLibrary {

        private int open;

        @Override
        public DataSource wrap(DataSource dataSource) {
            return dataSource;
        }

        @Override
        public void run(Work work) throws Exception {
            work.run();
        }

        @Override
        public OpenTransaction open(Work work) throws Exception {
            work.run();
            open++;
            return () -> open--;
        }

        @Override
        public void close() {}
    }
}
