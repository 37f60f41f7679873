package dev.lockstep.tm;

import java.time.Duration;

/** A clock that moves by the pauses between two tries alone, so that how often something is tried is not the machine's doing. */
final class VirtualTime {

    private long nanos;

    /** The repetition that these options describe, by this clock. Confined to one thread. */
    Repetition repetition(TmOptions options) {
        return new Repetition(options.firstPause(), options.repeatLimit(), () -> nanos, pause -> nanos += pause);
    }

    /** What has passed so far. */
    Duration passed() {
        return Duration.ofNanos(nanos);
    }
}
