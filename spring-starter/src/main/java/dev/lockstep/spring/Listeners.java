package dev.lockstep.spring;

import java.util.List;
import java.util.function.Consumer;

/** How several listeners are told of one event. */
final class Listeners {

    private Listeners() {}

    /** One that throws keeps no event from the others; what the last of them threw is thrown at the end, to be logged. */
    static <T> void tell(List<T> listeners, Consumer<? super T> event) {
        Throwable failure = null;
        for (T listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }
        if (failure != null) {
            throw Listeners.<RuntimeException>asItIs(failure);
        }
    }

    /** Throws it though it may be checked, as a listener in Kotlin may have done. */
    @SuppressWarnings("unchecked")
    static <X extends Throwable> RuntimeException asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
