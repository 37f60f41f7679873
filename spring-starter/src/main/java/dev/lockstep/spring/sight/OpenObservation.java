package dev.lockstep.spring.sight;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * An observation that its thread is bound to from its start to its end. Whatever the handlers of the application throw meanwhile,
 * the thread is bound afterwards to what it was bound to before. Confined to one thread.
 */
final class OpenObservation {

    private final ObservationRegistry registry;
    private final Observation observation;
    private final Observation.@Nullable Scope before;
    private final Observation.Scope bound;

    /** Starts it. */
    OpenObservation(ObservationRegistry registry, Observation observation) {
        this.registry = registry;
        this.observation = observation;
        this.before = registry.getCurrentObservationScope();
        try {
            observation.start();
            this.bound = observation.openScope();
        } catch (RuntimeException | Error broken) {
            unbind(registry.getCurrentObservationScope(), broken);
            throw broken;
        }
    }

    /** The handlers that came before the one which threw have opened theirs. */
    private void unbind(Observation.@Nullable Scope halfOpen, Throwable broken) {
        try {
            if (halfOpen != null && halfOpen != before) {
                halfOpen.close();
            }
        } catch (RuntimeException | Error alsoBroken) {
            broken.addSuppressed(alsoBroken);
        } finally {
            registry.setCurrentObservationScope(before);
        }
    }

    Observation observation() {
        return observation;
    }

    /** First of all at the end. */
    void unbind() {
        try {
            bound.close();
        } finally {
            registry.setCurrentObservationScope(before);
        }
    }
}
