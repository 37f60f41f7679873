package dev.lockstep.spring.sight;

import java.util.Locale;

/** How constants are spelled in tags. */
final class Tagged {

    private Tagged() {}

    /** In small letters, as words. */
    static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
