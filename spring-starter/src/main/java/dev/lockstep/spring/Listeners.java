package dev.lockstep.spring;

import java.util.List;
import java.util.function.Consumer;

/** How several listeners are told of one event. */
final class Listeners {

    private Listeners() {}

    /** One that throws keeps no event from the others; what the last of them threw is thrown at the end, to be logged. */
    static <T> void tell(List<T> listeners, Consumer<? super T> event) {
        RuntimeException failure = null;
        for (T listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException thrown) {
                failure = thrown;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
