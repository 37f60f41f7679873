package dev.lockstep.frameworks.shop;

import java.util.Set;

/**
 * What the coordinator saw of a piece of work.
 *
 * @param lockKeys the rows that were locked, each as {@code table:key}, the table in lower case
 * @param branches how many branches were registered
 */
public record Proof(Set<String> lockKeys, int branches) {

    public Proof {
        lockKeys = Set.copyOf(lockKeys);
    }
}
