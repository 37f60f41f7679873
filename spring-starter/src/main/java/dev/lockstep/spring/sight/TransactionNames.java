package dev.lockstep.spring.sight;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of global transactions that meters and spans are told apart by: the first that come, since a program that makes
 * names up as it goes must not fill a registry. Thread-safe.
 */
final class TransactionNames {

    private static final int MOST = 500;

    private static final String OTHERS = "(others)";

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** The name, or one that stands for all names beyond. Two at once may let a few more in. */
    String bounded(String name) {
        if (known.contains(name)) {
            return name;
        }
        if (known.size() >= MOST) {
            return OTHERS;
        }
        known.add(name);
        return name;
    }
}
