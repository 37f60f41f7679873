package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** In which order branches come off one row, whatever their ids say. */
final class ReplayOrderTest {

    /** What a branch made of one value. */
    private record Step(String before, String after) {}

    /** One value, and branches that changed it. */
    private static final class Value implements ReplayOrder.Trial {
        private final Map<Long, Step> branches = new HashMap<>();
        private final Deque<String> history = new ArrayDeque<>();
        private int tries;

        Value(String now) {
            history.push(now);
        }

        Value branch(long id, String before, String after) {
            branches.put(id, new Step(before, after));
            return this;
        }

        @Override
        public boolean takeBack(long branchId) {
            tries++;
            Step step = branches.get(branchId);
            if (!step.after().equals(now())) {
                return false;
            }
            history.push(step.before());
            return true;
        }

        @Override
        public void putBack() {
            history.pop();
        }

        String now() {
            return history.getFirst();
        }
    }

    private static List<Long> run(Value value, long asked, Long... ids) throws Exception {
        return ReplayOrder.run(List.of(ids), asked, value);
    }

    @Test
    void the_last_one_comes_first_though_its_id_is_lower() throws Exception {
        Value value = new Value("c").branch(9, "a", "b").branch(2, "b", "c");
        assertThat(run(value, 9, 9L, 2L)).containsExactly(2L, 9L);
        assertThat(value.now()).isEqualTo("a");
    }

    @Test
    void a_branch_that_fits_now_is_put_back_when_the_rest_then_fits_nowhere() throws Exception {
        // a > b by 9, b > c by 5, c > b by 7: both 9 and 7 end in b.
        Value value = new Value("b").branch(9, "a", "b").branch(5, "b", "c").branch(7, "c", "b");
        assertThat(run(value, 9, 9L, 7L, 5L)).containsExactly(7L, 5L, 9L);
        assertThat(value.now()).isEqualTo("a");
    }

    @Test
    void what_a_stranger_changed_is_left_and_the_asked_one_goes_if_it_can() throws Exception {
        Value value = new Value("b").branch(3, "a", "b").branch(8, "x", "y");
        assertThat(run(value, 3, 8L, 3L)).containsExactly(3L);
        assertThat(run(new Value("z").branch(3, "a", "b").branch(8, "b", "c"), 3, 8L, 3L))
                .isEmpty();
    }

    @Test
    void chains_end_at_their_beginning_whatever_the_ids_say() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int length = 1 + random.nextInt(12);
            List<Long> ids = new ArrayList<>();
            for (long id = 1; id <= length; id++) {
                ids.add(id);
            }
            Collections.shuffle(ids, random);
            // Values do not come twice, so that there is one order only.
            Value value = new Value("v" + length);
            for (int i = 0; i < length; i++) {
                value.branch(ids.get(i), "v" + i, "v" + (i + 1));
            }
            List<Long> descending = new ArrayList<>(ids);
            descending.sort(Collections.reverseOrder());
            assertThat(ReplayOrder.run(descending, ids.get(0), value))
                    .as("seed %s", seed)
                    .hasSize(length);
            assertThat(value.now()).as("seed %s, ids %s", seed, ids).isEqualTo("v0");
        }
    }

    @Test
    void a_search_without_end_is_given_up() throws Exception {
        Value value = new Value("v");
        List<Long> ids = new ArrayList<>();
        for (long i = 0; i < 12; i++) {
            value.branch(i, "v", "v");
            ids.add(i);
        }
        value.branch(99, "x", "y");
        ids.add(99L);
        assertThat(ReplayOrder.run(ids, 3, value)).hasSize(12);
        assertThat(value.tries).isLessThan(3 * 13 + 200 + 13);
    }

    @Test
    void a_thousand_branches_in_order_are_tried_once_each() throws Exception {
        Value value = new Value("v1000");
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            value.branch(i, "v" + i, "v" + (i + 1));
            ids.add(0, (long) i);
        }
        assertThat(ReplayOrder.run(ids, 0, value)).isEqualTo(ids);
        assertThat(value.tries).isEqualTo(1000);
    }
}
