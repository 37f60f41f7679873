package dev.lockstep.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code lockstep.*}: settings that the official client does not have. Immutable.
 *
 * @param failFast What must be there when the application starts.
 * @param registry How the TCs are found in a registry.
 * @param propagation How an xid travels between services.
 */
@ConfigurationProperties("lockstep")
public record LockstepProperties(
        @DefaultValue FailFast failFast,
        @DefaultValue Registry registry,
        @DefaultValue Propagation propagation) {

    /**
     * What must be there when the application starts; by default nothing, and what is missing is logged.
     *
     * @param tc Whether the start ends with an error when no TC can be reached.
     * @param databases Whether the start ends with an error when a database cannot be reached, is of an unknown kind, or has
     *     no undo log table.
     * @param limit How long to wait for a TC.
     */
    public record FailFast(
            @DefaultValue("false") boolean tc,
            @DefaultValue("false") boolean databases,
            @DefaultValue("10s") Duration limit) {}

    /**
     * How the TCs are found in a registry.
     *
     * @param serviceId Name of the TC's service in the registry; seata.registry.TYPE.application when absent, then
     *     seata-server.
     * @param refreshInterval Time between two questions to the registry.
     */
    public record Registry(
            @Nullable String serviceId, @DefaultValue("10s") Duration refreshInterval) {}

    /**
     * How an xid travels between services.
     *
     * @param foreignXid What to do with a well-formed xid that comes with a request.
     */
    public record Propagation(@DefaultValue("ACCEPT") ForeignXid foreignXid) {}

    /** What to do with an xid from outside. */
    public enum ForeignXid {
        /** The request runs as a part of that global transaction. */
        ACCEPT,
        /** The request runs as if it had come without. */
        IGNORE
    }
}
