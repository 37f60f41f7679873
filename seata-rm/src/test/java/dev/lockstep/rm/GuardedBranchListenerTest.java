package dev.lockstep.rm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.BranchProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedBranchListenerTest {

    private final List<String> heard = new ArrayList<>();
    private @Nullable Throwable failure;

    private final BranchListener listener = new BranchListener() {
        @Override
        public BranchProgress branchBegins(String resourceId) {
            hear("begins " + resourceId);
            return new BranchProgress() {
                @Override
                public void registered(String xid, long branchId, String lockKeys) {
                    hear("registered " + xid + " " + branchId + " " + lockKeys);
                }

                @Override
                public void undoLogWritten(int rows, int bytes) {
                    hear("undo log " + rows + " " + bytes);
                }

                @Override
                public void ended(Outcome outcome, @Nullable Throwable failure) {
                    hear("ended " + outcome);
                }
            };
        }

        @Override
        public void lockConflict(String resourceId) {
            hear("conflict " + resourceId);
        }

        @Override
        public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
            hear("waited " + nanos + " " + obtained);
        }
    };

    private void hear(String what) {
        heard.add(what);
        if (failure != null) {
            throw GuardedBranchListenerTest.<RuntimeException>asItIs(failure);
        }
    }

    /** Kotlin lets a listener throw what Java does not let it declare. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    static List<Throwable> whateverIsThrown() {
        return List.of(new IllegalStateException("broken"), new IOException("disk full"), new AssertionError("broken"));
    }

    private static void tellAll(BranchListener guarded) {
        BranchProgress progress = guarded.branchBegins("stock");
        progress.registered("xid", 5, "stock:1");
        progress.undoLogWritten(1, 200);
        progress.ended(BranchProgress.Outcome.COMMITTED, null);
        guarded.lockConflict("stock");
        guarded.lockWaitEnded("stock", 7, true);
    }

    @Test
    void everything_is_passed_on() {
        tellAll(GuardedBranchListener.around(listener));

        assertThat(heard)
                .containsExactly(
                        "begins stock",
                        "registered xid 5 stock:1",
                        "undo log 1 200",
                        "ended COMMITTED",
                        "conflict stock",
                        "waited 7 true");
    }

    @ParameterizedTest
    @MethodSource("whateverIsThrown")
    void what_the_listener_throws_harms_no_branch(Throwable thrown) {
        BranchListener guarded = GuardedBranchListener.around(listener);
        BranchProgress progress = guarded.branchBegins("stock");
        failure = thrown;

        assertThatCode(() -> {
                    tellAll(guarded);
                    progress.ended(BranchProgress.Outcome.COMMITTED, null);
                })
                .doesNotThrowAnyException();

        assertThat(heard).contains("begins stock", "conflict stock", "waited 7 true", "ended COMMITTED");
    }

    @Test
    void where_nobody_listens_nothing_stands_between() {
        assertThat(GuardedBranchListener.around(BranchListener.NONE)).isSameAs(BranchListener.NONE);
    }
}
