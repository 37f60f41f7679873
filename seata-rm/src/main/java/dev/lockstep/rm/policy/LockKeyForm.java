package dev.lockstep.rm.policy;

import java.util.Locale;

/** In which words rows are named to the TC, which compares them character by character. */
public enum LockKeyForm {
    /**
     * The official text wherever that locks the row, and the canonical one beside it where the database holds texts for equal
     * that have other characters: instances with the official client and ours keep off each other, and ours notice what the
     * official text hides.
     */
    BOTH,
    /** The canonical text alone, for a fleet without the official client: no two rows have one text, and no row two. */
    CANONICAL,
    /** The official text alone; rows are refused that it would not lock. */
    OFFICIAL;

    /** By name, in any case. */
    public static LockKeyForm of(String name) {
        try {
            return valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "No form of lock keys is called " + name + "; say both, canonical or official", e);
        }
    }
}
