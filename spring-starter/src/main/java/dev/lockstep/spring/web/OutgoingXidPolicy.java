package dev.lockstep.spring.web;

import java.net.URI;

/**
 * Decides whether the xid travels with a call that is made inside a global transaction. A bean of this type takes the place
 * of {@code lockstep.propagation.hosts} and {@code lockstep.propagation.excluded-hosts}. Thread-safe.
 */
@FunctionalInterface
public interface OutgoingXidPolicy {

    /**
     * Asked before a lazy global transaction begins, so that a call which carries nothing begins none. An exception keeps
     * the call from being made.
     *
     * @param uri as the application has it: where a load balancer chooses an instance later, the host is the name of the service
     * @return false to let the callee run as if there were no global transaction: what it writes is not undone with it
     */
    boolean sends(URI uri);
}
