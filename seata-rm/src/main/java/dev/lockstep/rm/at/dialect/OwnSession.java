package dev.lockstep.rm.at.dialect;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a local transaction of the RM's own needs of its session, and how the session, which belongs to the user's pool,
 * becomes again what it was. Immutable.
 *
 * @param set statement that makes the settings; {@code %d} is how long to wait for a row lock, in milliseconds
 * @param before the settings as they are; null where those of {@code set} end with the local transaction
 */
public record OwnSession(String set, @Nullable Before before) {

    /**
     * How the settings that a session has are kept.
     *
     * @param read query of one row for them
     * @param restore statement that sets them back; {@code %1$s} is the first column of {@code read}, and so on
     * @param suffices whether they need not be touched
     */
    public record Before(String read, String restore, Sufficiency suffices) {}

    /** Whether a session is fit for the RM's work as it is. */
    @FunctionalInterface
    public interface Sufficiency {
        boolean holds(List<@Nullable String> settings, Duration lockWait);
    }
}
