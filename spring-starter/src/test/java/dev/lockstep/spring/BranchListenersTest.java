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
}
