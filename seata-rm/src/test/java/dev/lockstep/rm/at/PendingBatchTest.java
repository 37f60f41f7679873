package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class PendingBatchTest {

    private final PendingBatch<String> batch = new PendingBatch<>();

    @Test
    void what_was_added_runs_once_and_in_order() throws SQLException {
        batch.add("a");
        batch.add("b");

        assertThat(batch.takeInside()).containsExactly("a", "b");
        assertThat(batch.takeInside()).isEmpty();
    }

    @Test
    void a_part_that_the_driver_has_is_refused_inside_until_the_batch_is_cleared() throws SQLException {
        batch.addedToDriver();
        batch.add("a");

        assertThatThrownBy(batch::takeInside).isInstanceOf(SQLException.class).hasMessageContaining("Nothing was run");
        assertThatThrownBy(batch::takeInside).isInstanceOf(SQLException.class);

        batch.clear();
        assertThat(batch.takeInside()).isEmpty();
    }

    @Test
    void what_was_added_inside_joins_the_driver_s_own_outside() throws SQLException {
        batch.addedToDriver();
        batch.add("a");

        assertThat(batch.takeOutside()).containsExactly("a");
        assertThat(batch.takeInside()).isEmpty();
    }
}
