package dev.lockstep.spring;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.convert.DurationUnit;

/**
 * The properties {@code seata.*} under the names and with the defaults of the official starter, as far as they have a
 * meaning here; {@link OfficialProperties} knows the others. Plain numbers for durations are milliseconds. Immutable.
 *
 * @param enabled Whether the starter does anything at all.
 * @param applicationId Name of this application towards the TC; spring.application.name when absent.
 * @param txServiceGroup Transaction service group: leads through service.vgroup-mapping to a cluster of TCs;
 *     default_tx_group when absent.
 * @param accessKey Access key for TCs that demand authentication.
 * @param secretKey Secret that belongs to the access key.
 * @param enableAutoDataSourceProxy Whether every DataSource bean takes part in global transactions.
 * @param excludesForAutoProxying DataSource beans to leave as they are, by class name or by bean name.
 * @param useJdkProxy Whether a data source that takes part can be injected as DataSource only, not as the class of its pool.
 * @param exposeProxy Whether Spring's AopContext gives the current proxy inside a method.
 * @param scanPackages Packages whose beans may carry annotations; all when empty.
 * @param excludesForScanning Names of beans whose classes' annotations do not count.
 * @param dataSourceProxyMode Transaction mode of the data sources; AT is the one served.
 * @param service Where the TCs are.
 * @param client How the RM, the TM and the undo log work.
 * @param transport How requests reach the TC.
 * @param registry Where the addresses of the TCs come from.
 * @param config Where these properties come from.
 */
@ConfigurationProperties("seata")
public record SeataProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String applicationId,
        @Nullable String txServiceGroup,
        @Nullable String accessKey,
        @Nullable String secretKey,
        @DefaultValue("true") boolean enableAutoDataSourceProxy,
        @DefaultValue Set<String> excludesForAutoProxying,
        @DefaultValue("true") boolean useJdkProxy,
        @DefaultValue("false") boolean exposeProxy,
        @DefaultValue Set<String> scanPackages,
        @DefaultValue Set<String> excludesForScanning,
        @DefaultValue("AT") String dataSourceProxyMode,
        @DefaultValue Service service,
        @DefaultValue Client client,
        @DefaultValue Transport transport,
        @DefaultValue Registry registry,
        @DefaultValue Config config) {

    /** Makes the value independent of the collections given. */
    public SeataProperties {
        excludesForAutoProxying = Set.copyOf(excludesForAutoProxying);
        scanPackages = Set.copyOf(scanPackages);
        excludesForScanning = Set.copyOf(excludesForScanning);
    }

    /** Names no secret. */
    @Override
    public String toString() {
        return "SeataProperties[applicationId=" + applicationId + ", txServiceGroup=" + txServiceGroup + "]";
    }

    /**
     * Where the TCs are.
     *
     * @param vgroupMapping Cluster of TCs by transaction service group.
     * @param grouplist Addresses of a cluster, host:port separated by semicolons or commas, by cluster.
     * @param disableGlobalTransaction Whether annotated methods run without a global transaction; no TC is needed then.
     */
    public record Service(
            @DefaultValue Map<String, String> vgroupMapping,
            @DefaultValue Map<String, String> grouplist,
            @DefaultValue("false") boolean disableGlobalTransaction) {

        /** Makes the value independent of the collections given. */
        public Service {
            vgroupMapping = Map.copyOf(vgroupMapping);
            grouplist = Map.copyOf(grouplist);
        }
    }

    /**
     * How the RM, the TM and the undo log work.
     *
     * @param rm The resource manager: branches and global locks.
     * @param tm The transaction manager: begin, commit, rollback.
     * @param undo The undo log.
     * @param loadBalance How a TC is chosen where a request need not go to a certain one.
     * @param http How xids come in over HTTP.
     */
    public record Client(
            @DefaultValue Rm rm,
            @DefaultValue Tm tm,
            @DefaultValue Undo undo,
            @DefaultValue LoadBalance loadBalance,
            @DefaultValue Http http) {}

    /**
     * How xids come in over HTTP.
     *
     * @param interceptorEnabled Whether a request runs as a part of the global transaction whose xid it brings, unless
     *     lockstep.propagation.foreign-xid is set.
     */
    public record Http(@DefaultValue("true") boolean interceptorEnabled) {}

    /**
     * How a TC is chosen.
     *
     * @param type XID, RoundRobin, Random, ConsistentHash or LeastActive.
     */
    public record LoadBalance(@DefaultValue("XID") String type) {}

    /**
     * The resource manager.
     *
     * @param lock How long to wait for a global lock.
     * @param reportSuccessEnable Whether successful phase ones are reported to the TC as well.
     * @param reportRetryCount How often a report of phase one is tried.
     * @param asyncCommitBufferLimit How many committed branches may wait for the deletion of their undo logs.
     * @param tableMetaCheckerInterval Age at which what is known of a table is read anew.
     */
    public record Rm(
            @DefaultValue Lock lock,
            @DefaultValue("false") boolean reportSuccessEnable,
            @DefaultValue("5") int reportRetryCount,
            @DefaultValue("10000") int asyncCommitBufferLimit,
            @DefaultValue("60s") Duration tableMetaCheckerInterval) {}

    /**
     * How long to wait for a global lock that another global transaction holds.
     *
     * @param retryInterval Pause between two tries.
     * @param retryTimes How often the lock is tried again.
     */
    public record Lock(
            @DefaultValue("10ms") Duration retryInterval,
            @DefaultValue("30") int retryTimes) {}

    /**
     * The transaction manager.
     *
     * @param commitRetryCount How often a commit is tried when the TC does not answer.
     * @param rollbackRetryCount How often a rollback is tried when the TC does not answer.
     * @param defaultGlobalTransactionTimeout Time after which the TC rolls back a global transaction that names no timeout.
     * @param interceptorOrder Order of the interceptor of annotated methods among all; lower is further outside.
     */
    public record Tm(
            @DefaultValue("5") int commitRetryCount,
            @DefaultValue("5") int rollbackRetryCount,
            @DefaultValue("60s") Duration defaultGlobalTransactionTimeout,
            @DefaultValue("-2147482648") int interceptorOrder) {}

    /**
     * The undo log.
     *
     * @param logTable Name of the table that holds undo logs.
     * @param dataValidation Whether a rollback compares rows with the after image and refuses to overwrite foreign changes.
     * @param onlyCareUpdateColumns Whether the images of an update hold the changed columns only, and not the whole row.
     * @param compress How undo logs are packed.
     */
    public record Undo(
            @DefaultValue("undo_log") String logTable,
            @DefaultValue("true") boolean dataValidation,
            @DefaultValue("true") boolean onlyCareUpdateColumns,
            @DefaultValue Compress compress) {}

    /**
     * How undo logs are packed.
     *
     * @param enable Whether large ones are packed at all.
     * @param type What they are packed with: zip, gzip or deflater.
     * @param threshold Size above which an undo log is packed; k and m count in 1024.
     */
    public record Compress(
            @DefaultValue("true") boolean enable,
            @DefaultValue("zip") String type,
            @DefaultValue("64k") String threshold) {}

    /**
     * How requests reach the TC.
     *
     * @param rpcRmRequestTimeout Longest wait for the answer to a request of the RM.
     * @param rpcTmRequestTimeout Longest wait for the answer to any request of the TM; unless given, 3 s for a begin and 30 s
     *     for a commit or a rollback, which includes the work of the branches.
     * @param enableTmClientChannelCheckFailFast Whether the start ends with an error when no TC can be reached, unless
     *     lockstep.fail-fast.tc is set.
     * @param enableRmClientChannelCheckFailFast The same; TM and RM share their connections.
     * @param shutdown How the connections are closed.
     */
    public record Transport(
            @DefaultValue("15s") Duration rpcRmRequestTimeout,
            @Nullable Duration rpcTmRequestTimeout,
            @DefaultValue("false") boolean enableTmClientChannelCheckFailFast,
            @DefaultValue("false") boolean enableRmClientChannelCheckFailFast,
            @DefaultValue Shutdown shutdown) {}

    /**
     * How the connections are closed.
     *
     * @param limit Longest wait for global transactions that run, for commands of the TC that run, and for requests in flight, each
     *     in its turn; plain numbers are seconds.
     */
    public record Shutdown(
            @Name("wait") @DefaultValue("3") @DurationUnit(ChronoUnit.SECONDS)
            Duration limit) {}

    /**
     * Where the addresses of the TCs come from.
     *
     * @param type Kind of registry: with file the addresses stand in service.grouplist, with any other Spring Cloud's
     *     DiscoveryClient is asked.
     */
    public record Registry(@DefaultValue("file") String type) {}

    /**
     * Where these properties come from.
     *
     * @param type Kind of configuration source; file is the one served: the application's own properties.
     */
    public record Config(@DefaultValue("file") String type) {}
}
