package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rm.event.RepeatedTrouble;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        public void troubled(RepeatedTrouble trouble, @Nullable String resourceId) {
            heard.add(name + " " + trouble + " " + resourceId);
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

    private static BranchListener all(BranchListener... listeners) {
        return new BranchListeners(() -> List.of(listeners));
    }

    @Test
    void nobody_and_one_listener_need_nothing_around_the_way_of_a_branch() {
        var progress = new BranchProgress() {};

        assertThat(all().branchBegins("stock")).isSameAs(BranchProgress.NONE);
        assertThat(all(new BranchListener() {
                            @Override
                            public BranchProgress branchBegins(String resourceId) {
                                return progress;
                            }
                        })
                        .branchBegins("stock"))
                .isSameAs(progress);
    }

    @Test
    void one_that_throws_keeps_nothing_from_the_others() {
        BranchListener both = all(new Named("a"), new Named("b"));

        assertThatThrownBy(() -> both.lockConflict("stock")).hasMessage("b is broken");

        assertThat(heard).containsExactly("a", "b");
    }

    /** Kotlin lets a listener throw what Java does not let it declare. */
    @ParameterizedTest
    @MethodSource("whatIsNoRuntimeException")
    void one_that_throws_what_it_cannot_declare_keeps_nothing_from_the_others_either(Throwable thrown) {
        BranchListener broken = new BranchListener() {
            @Override
            public void lockConflict(String resourceId) {
                throw BranchListenersTest.<RuntimeException>asItIs(thrown);
            }
        };
        BranchListener healthy = new BranchListener() {
            @Override
            public void lockConflict(String resourceId) {
                heard.add("conflict");
            }
        };

        assertThatThrownBy(() -> all(broken, healthy).lockConflict("stock")).isSameAs(thrown);

        assertThat(heard).containsExactly("conflict");
    }

    static List<Throwable> whatIsNoRuntimeException() {
        return List.of(new IOException("disk full"), new AssertionError("broken"));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException asItIs(Throwable undeclared) throws X {
        throw (X) undeclared;
    }

    @Test
    void trouble_is_told_to_all() {
        BranchListener both = all(new Named("a"), new Named("b"));

        both.troubled(RepeatedTrouble.ROLLBACK_PUT_OFF, "stock");
        both.troubled(RepeatedTrouble.UNKNOWN_RESOURCE, null);

        assertThat(heard)
                .containsExactly(
                        "a ROLLBACK_PUT_OFF stock",
                        "b ROLLBACK_PUT_OFF stock",
                        "a UNKNOWN_RESOURCE null",
                        "b UNKNOWN_RESOURCE null");
    }

    @Test
    void the_way_of_a_branch_is_told_to_those_who_want_to_know() {
        BranchListener all = all(new Named("a"), BranchListener.NONE, new Named("b"));

        all.branchBegins("stock").ended(BranchProgress.Outcome.NOT_COMMITTED, null);

        assertThat(heard).containsExactly("a NOT_COMMITTED", "b NOT_COMMITTED");
        assertThat(all(BranchListener.NONE, BranchListener.NONE).branchBegins("stock"))
                .isSameAs(BranchProgress.NONE);
    }

    @ParameterizedTest
    @MethodSource("whatIsNoRuntimeException")
    void one_that_fails_at_the_beginning_costs_the_others_nothing_and_is_told_at_the_end(Throwable thrown) {
        BranchListener broken = new BranchListener() {
            @Override
            public BranchProgress branchBegins(String resourceId) {
                throw BranchListenersTest.<RuntimeException>asItIs(thrown);
            }
        };
        BranchProgress progress = all(broken, new Named("b")).branchBegins("stock");

        progress.registered("xid", 1, "stock:1");
        assertThatThrownBy(() -> progress.ended(BranchProgress.Outcome.COMMITTED, null))
                .isSameAs(thrown);

        assertThat(heard).containsExactly("b COMMITTED");
    }
}
