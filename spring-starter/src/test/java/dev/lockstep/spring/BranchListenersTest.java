package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BranchListenersTest {

    private final List<String> heard = new ArrayList<>();

    private final class Named implements BranchListener {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void lockConflict(String resourceId) {
            heard.add(name);
            throw new IllegalStateException(name + " is broken");
        }

        @Override
        public BranchProgress branchBegins(String resourceId) {
            return new BranchProgress() {
                @Override
                public void ended(Outcome outcome, @Nullable Throwable failure) {
                    heard.add(name + " " + outcome);
                }
            };
        }
    }

    @Test
    void none_and_one_need_nothing_around_them() {
        var one = new Named("a");

        assertThat(BranchListeners.of(List.of())).isSameAs(BranchListener.NONE);
        assertThat(BranchListeners.of(List.of(one))).isSameAs(one);
    }

    @Test
    void one_that_throws_keeps_nothing_from_the_others() {
        BranchListener both = BranchListeners.of(List.of(new Named("a"), new Named("b")));

        assertThatThrownBy(() -> both.lockConflict("stock")).hasMessage("b is broken");

        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void the_way_of_a_branch_is_told_to_those_who_want_to_know() {
        BranchListener all = BranchListeners.of(List.of(new Named("a"), BranchListener.NONE, new Named("b")));

        all.branchBegins("stock").ended(BranchProgress.Outcome.NOT_COMMITTED, null);

        assertThat(heard).containsExactly("a NOT_COMMITTED", "b NOT_COMMITTED");
        assertThat(BranchListeners.of(List.of(BranchListener.NONE, BranchListener.NONE))
                        .branchBegins("stock"))
                .isSameAs(BranchProgress.NONE);
    }

    @Test
    void one_that_fails_at_the_beginning_costs_the_others_nothing_and_is_told_at_the_end() {
        BranchListener broken = new BranchListener() {
            @Override
            public BranchProgress branchBegins(String resourceId) {
                throw new IllegalStateException("broken from the start");
            }
        };
        BranchProgress progress =
                BranchListeners.of(List.of(broken, new Named("b"))).branchBegins("stock");

        progress.registered("xid", 1, "stock:1");
        assertThatThrownBy(() -> progress.ended(BranchProgress.Outcome.COMMITTED, null))
                .hasMessage("broken from the start");

        assertThat(heard).containsExactly("b COMMITTED");
    }
}
