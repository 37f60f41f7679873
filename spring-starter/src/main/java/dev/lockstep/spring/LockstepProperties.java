package dev.lockstep.spring;

import static dev.lockstep.spring.PropertyValue.orEmpty;
import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code lockstep.*}: settings that the official client does not have. Immutable. Defaults are given as in {@link
 * SeataProperties}.
 *
 * @param failFast What must be there when the application starts.
 * @param registry How the TCs are found in a registry.
 * @param propagation How an xid travels between services.
 * @param undo The undo log.
 * @param tc The connections to the TCs.
 * @param lazyBegin Whether the TC is asked for an xid only when something needs it, so that a global transaction that only
 *     reads costs no round trip.
 * @param beginAhead Whether a lazy begin is sent when a write is about to run, and not only when its branch registers.
 * @param lockKeys In which words rows are named to the TC: both, canonical (a fleet without the official client) or official.
 * @param uncapturedTables Tables whose writes pass as they are: never rolled back, never locked.
 * @param sideEffectsIgnored Tables that may be written although their triggers or foreign keys write elsewhere, unseen.
 * @param changingUrls Whether connections of one data source that show different URLs lead to one database all the same, as with
 *     drivers that open each host of a cluster by a URL of its own.
 * @param unknownFunctions What becomes of statements inside global transactions that call functions which are not known to
 *     leave rows alone: allow, warn or refuse.
 * @param lockRetryLimit Longest wait for rows that another global transaction holds, though tries are left.
 */
@ConfigurationProperties("lockstep")
public record LockstepProperties(
        FailFast failFast,
        Registry registry,
        Propagation propagation,
        Undo undo,
        Tc tc,
        Boolean lazyBegin,
        Boolean beginAhead,
        String lockKeys,
        Set<String> uncapturedTables,
        Set<String> sideEffectsIgnored,
        Boolean changingUrls,
        String unknownFunctions,
        Duration lockRetryLimit) {

    /** What is null has its default. */
    public LockstepProperties {
        failFast = failFast == null ? new FailFast(null, null, null) : failFast;
        registry = registry == null ? new Registry(null, null, null) : registry;
        propagation = propagation == null ? new Propagation(null, null, null) : propagation;
        undo = undo == null ? new Undo(null, null, null) : undo;
        tc = tc == null ? new Tc(null, null, null, null, null, null, null, null) : tc;
        lazyBegin = requireNonNullElse(lazyBegin, true);
        beginAhead = requireNonNullElse(beginAhead, true);
        lockKeys = requireNonNullElse(lockKeys, "both");
        uncapturedTables = orEmpty(uncapturedTables);
        sideEffectsIgnored = orEmpty(sideEffectsIgnored);
        changingUrls = requireNonNullElse(changingUrls, false);
        unknownFunctions = requireNonNullElse(unknownFunctions, "warn");
        lockRetryLimit = requireNonNullElse(lockRetryLimit, Duration.ofMillis(1500));
    }

    /**
     * What must be there when the application starts; by default nothing, and what is missing is logged.
     *
     * @param tc Whether the start ends with an error when no TC can be reached.
     * @param databases Whether the start ends with an error when a database cannot be reached, is of an unknown kind, or has
     *     no undo log table.
     * @param limit How long to wait for a TC.
     */
    public record FailFast(Boolean tc, Boolean databases, Duration limit) {

        /** What is null has its default. */
        public FailFast {
            tc = requireNonNullElse(tc, false);
            databases = requireNonNullElse(databases, false);
            limit = requireNonNullElse(limit, Duration.ofSeconds(10));
        }
    }

    /**
     * How the TCs are found in a registry, or by their names.
     *
     * @param serviceId Name of the TC's service in the registry; seata.registry.TYPE.application when absent, then
     *     with Eureka and Consul the cluster of the transaction service group, then seata-server.
     * @param refreshInterval Time between two questions to the registry, or to DNS.
     * @param everyAddress Whether each host name in seata.service.grouplist stands for every address that DNS has for it, such
     *     as those behind a headless service, and is looked up again and again; else for one address.
     */
    public record Registry(@Nullable String serviceId, Duration refreshInterval, Boolean everyAddress) {

        /** What is null has its default. */
        public Registry {
            refreshInterval = requireNonNullElse(refreshInterval, Duration.ofSeconds(10));
            everyAddress = requireNonNullElse(everyAddress, false);
        }
    }

    /**
     * How an xid travels between services.
     *
     * @param foreignXid What to do with a well-formed xid that comes with a request.
     * @param hosts Hosts that the xid is sent to, by patterns in which * stands for any characters. Calls to others take no part
     *     in the global transaction.
     * @param excludedHosts Hosts among these that it is not sent to, by such patterns.
     */
    public record Propagation(ForeignXid foreignXid, Set<String> hosts, Set<String> excludedHosts) {

        /** What is null has its default. */
        public Propagation {
            foreignXid = requireNonNullElse(foreignXid, ForeignXid.ACCEPT);
            hosts = hosts == null ? Set.of("*") : orEmpty(hosts);
            excludedHosts = orEmpty(excludedHosts);
        }
    }

    /**
     * The undo log.
     *
     * @param classNames Family of class names in undo logs: io.seata, which official clients up to 2.0 read, or
     *     org.apache.seata, which those from 2.1 on read. Both are read here.
     * @param orphanAge Age after which the TC is asked about an undo log that nobody has deleted. At least twice the longest
     *     timeout of a global transaction.
     * @param createTable Whether the table for undo logs is created where there is none.
     */
    public record Undo(String classNames, Duration orphanAge, Boolean createTable) {

        /** What is null has its default. */
        public Undo {
            classNames = requireNonNullElse(classNames, "io.seata");
            orphanAge = requireNonNullElse(orphanAge, Duration.ofHours(24));
            createTable = requireNonNullElse(createTable, false);
        }
    }

    /**
     * The connections to the TCs. What is absent has the default of the transport, which docs/tuning.md explains.
     *
     * @param maxConnections Most connections to one TC.
     * @param keepAlive Whether connections beyond the first stay open while they are idle.
     * @param idleTime Idle time after which a connection beyond the first is closed.
     * @param warmUp Whether all connections are made at the start and not by need.
     * @param reportBatchSize Reports of successful branches that leave together at most.
     * @param reportLinger Longest time that a report of a successful branch waits for company.
     * @param spareReports Whether a report of a successful branch is not sent any more when its global transaction has ended
     *     before it left.
     * @param connectTimeout Longest wait for a TC to take a connection.
     */
    public record Tc(
            @Nullable Integer maxConnections,
            @Nullable Boolean keepAlive,
            @Nullable Duration idleTime,
            @Nullable Boolean warmUp,
            @Nullable Integer reportBatchSize,
            @Nullable Duration reportLinger,
            @Nullable Boolean spareReports,
            @Nullable Duration connectTimeout) {}

    /** What to do with an xid from outside. */
    public enum ForeignXid {
        /** The request runs as a part of that global transaction. */
        ACCEPT,
        /** The request runs as if it had come without. */
        IGNORE
    }
}
