package dev.lockstep.rm.policy;

import java.util.Locale;

/**
 * What becomes of a statement inside a global transaction that calls a function which is on no list of its database: it may
 * be one of the user's own and write rows that nobody sees, which no rollback undoes.
 */
public enum UnknownFunctions {
    /** The statement runs. */
    ALLOW,
    /** It runs, and the log tells of the function once. */
    WARN,
    /** It is refused before it runs. */
    REFUSE;

    /** By name, in any case. */
    public static UnknownFunctions of(String name) {
        try {
            return valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Nothing called " + name + " is done about unknown functions; say allow, warn or refuse", e);
        }
    }
}
