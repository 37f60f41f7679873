package dev.lockstep.spring.sight;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an application has several registries and no composite of all, as with one that is primary, Boot binds to each. */
final class Registries {

    private Registries() {}

    /** For the meters that count, which are to do so in each registry; the gauges of each read for themselves. */
    static MeterRegistry joined(@Nullable MeterRegistry before, MeterRegistry added) {
        return before == null || before == added
                ? added
                : new CompositeMeterRegistry(Clock.SYSTEM, List.of(before, added));
    }
}
