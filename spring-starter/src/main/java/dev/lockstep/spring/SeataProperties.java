package dev.lockstep.spring;

import static dev.lockstep.spring.PropertyValue.orEmpty;
import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.convert.DurationUnit;

/**
 * The properties {@code seata.*} under the names and with the defaults of the official starter, as far as they have a
 * meaning here; {@link OfficialProperties} knows the others. Plain numbers for durations are milliseconds. Immutable.
 *
 * <p>Defaults are given by the constructors, to which Spring's binder gives null for what nobody has set. As {@code @DefaultValue} each would be
 * converted from a text at every start, which was the largest part of what this starter adds to one; editors are told them by
 * the additional metadata instead.
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
        Boolean enabled,
        @Nullable String applicationId,
        @Nullable String txServiceGroup,
        @Nullable String accessKey,
        @Nullable String secretKey,
        Boolean enableAutoDataSourceProxy,
        Set<String> excludesForAutoProxying,
        Boolean useJdkProxy,
        Boolean exposeProxy,
        Set<String> scanPackages,
        Set<String> excludesForScanning,
        String dataSourceProxyMode,
        Service service,
        Client client,
        Transport transport,
        Registry registry,
        Config config) {

    /** What is null has its default. */
    public SeataProperties {
        enabled = requireNonNullElse(enabled, true);
        enableAutoDataSourceProxy = requireNonNullElse(enableAutoDataSourceProxy, true);
        excludesForAutoProxying = orEmpty(excludesForAutoProxying);
        useJdkProxy = requireNonNullElse(useJdkProxy, true);
        exposeProxy = requireNonNullElse(exposeProxy, false);
        scanPackages = orEmpty(scanPackages);
        excludesForScanning = orEmpty(excludesForScanning);
        dataSourceProxyMode = requireNonNullElse(dataSourceProxyMode, "AT");
        service = service == null ? new Service(null, null, null) : service;
        client = client == null ? new Client(null, null, null, null, null) : client;
        transport = transport == null ? new Transport(null, null, null, null, null) : transport;
        registry = registry == null ? new Registry(null) : registry;
        config = config == null ? new Config(null) : config;
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
            Map<String, String> vgroupMapping, Map<String, String> grouplist, Boolean disableGlobalTransaction) {

        /** What is null has its default. */
        public Service {
            vgroupMapping = vgroupMapping == null ? Map.of() : Map.copyOf(vgroupMapping);
            grouplist = grouplist == null ? Map.of() : Map.copyOf(grouplist);
            disableGlobalTransaction = requireNonNullElse(disableGlobalTransaction, false);
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
    public record Client(Rm rm, Tm tm, Undo undo, LoadBalance loadBalance, Http http) {

        /** What is null has its default. */
        public Client {
            rm = rm == null ? new Rm(null, null, null, null, null) : rm;
            tm = tm == null ? new Tm(null, null, null, null) : tm;
            undo = undo == null ? new Undo(null, null, null, null) : undo;
            loadBalance = loadBalance == null ? new LoadBalance(null) : loadBalance;
            http = http == null ? new Http(null) : http;
        }
    }

    /**
     * How xids come in over HTTP.
     *
     * @param interceptorEnabled Whether a request runs as a part of the global transaction whose xid it brings, unless
     *     lockstep.propagation.foreign-xid is set.
     */
    public record Http(Boolean interceptorEnabled) {

        /** What is null has its default. */
        public Http {
            interceptorEnabled = requireNonNullElse(interceptorEnabled, true);
        }
    }

    /**
     * How a TC is chosen.
     *
     * @param type XID, RoundRobin, Random, ConsistentHash or LeastActive.
     */
    public record LoadBalance(String type) {

        /** What is null has its default. */
        public LoadBalance {
            type = requireNonNullElse(type, "XID");
        }
    }

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
            Lock lock,
            Boolean reportSuccessEnable,
            Integer reportRetryCount,
            Integer asyncCommitBufferLimit,
            Duration tableMetaCheckerInterval) {

        /** What is null has its default. */
        public Rm {
            lock = lock == null ? new Lock(null, null) : lock;
            reportSuccessEnable = requireNonNullElse(reportSuccessEnable, false);
            reportRetryCount = requireNonNullElse(reportRetryCount, 5);
            asyncCommitBufferLimit = requireNonNullElse(asyncCommitBufferLimit, 10000);
            tableMetaCheckerInterval = requireNonNullElse(tableMetaCheckerInterval, Duration.ofSeconds(60));
        }
    }

    /**
     * How long to wait for a global lock that another global transaction holds.
     *
     * @param retryInterval Pause between two tries.
     * @param retryTimes How often the lock is tried again.
     */
    public record Lock(Duration retryInterval, Integer retryTimes) {

        /** What is null has its default. */
        public Lock {
            retryInterval = requireNonNullElse(retryInterval, Duration.ofMillis(10));
            retryTimes = requireNonNullElse(retryTimes, 30);
        }
    }

    /**
     * The transaction manager.
     *
     * @param commitRetryCount How often a commit is tried when the TC does not answer.
     * @param rollbackRetryCount How often a rollback is tried when the TC does not answer.
     * @param defaultGlobalTransactionTimeout Time after which the TC rolls back a global transaction that names no timeout.
     * @param interceptorOrder Order of the interceptor of annotated methods among all; lower is further outside.
     */
    public record Tm(
            Integer commitRetryCount,
            Integer rollbackRetryCount,
            Duration defaultGlobalTransactionTimeout,
            Integer interceptorOrder) {

        /** What is null has its default. */
        public Tm {
            commitRetryCount = requireNonNullElse(commitRetryCount, 5);
            rollbackRetryCount = requireNonNullElse(rollbackRetryCount, 5);
            defaultGlobalTransactionTimeout =
                    requireNonNullElse(defaultGlobalTransactionTimeout, Duration.ofSeconds(60));
            interceptorOrder = requireNonNullElse(interceptorOrder, -2147482648);
        }
    }

    /**
     * The undo log.
     *
     * @param logTable Name of the table that holds undo logs.
     * @param dataValidation Whether a rollback compares rows with the after image and refuses to overwrite foreign changes.
     * @param onlyCareUpdateColumns Whether the images of an update hold the changed columns only, and not the whole row.
     * @param compress How undo logs are packed.
     */
    public record Undo(String logTable, Boolean dataValidation, Boolean onlyCareUpdateColumns, Compress compress) {

        /** What is null has its default. */
        public Undo {
            logTable = requireNonNullElse(logTable, "undo_log");
            dataValidation = requireNonNullElse(dataValidation, true);
            onlyCareUpdateColumns = requireNonNullElse(onlyCareUpdateColumns, true);
            compress = compress == null ? new Compress(null, null, null) : compress;
        }
    }

    /**
     * How undo logs are packed.
     *
     * @param enable Whether large ones are packed at all.
     * @param type What they are packed with: zip, gzip or deflater.
     * @param threshold Size above which an undo log is packed; k and m count in 1024.
     */
    public record Compress(Boolean enable, String type, String threshold) {

        /** What is null has its default. */
        public Compress {
            enable = requireNonNullElse(enable, true);
            type = requireNonNullElse(type, "zip");
            threshold = requireNonNullElse(threshold, "64k");
        }
    }

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
            Duration rpcRmRequestTimeout,
            @Nullable Duration rpcTmRequestTimeout,
            Boolean enableTmClientChannelCheckFailFast,
            Boolean enableRmClientChannelCheckFailFast,
            Shutdown shutdown) {

        /** What is null has its default. */
        public Transport {
            rpcRmRequestTimeout = requireNonNullElse(rpcRmRequestTimeout, Duration.ofSeconds(15));
            enableTmClientChannelCheckFailFast = requireNonNullElse(enableTmClientChannelCheckFailFast, false);
            enableRmClientChannelCheckFailFast = requireNonNullElse(enableRmClientChannelCheckFailFast, false);
            shutdown = shutdown == null ? new Shutdown(null) : shutdown;
        }
    }

    /**
     * How the connections are closed.
     *
     * @param limit Longest wait for global transactions that run, for commands of the TC that run, and for requests in flight, each
     *     in its turn; plain numbers are seconds.
     */
    public record Shutdown(
            @Name("wait") @DurationUnit(ChronoUnit.SECONDS) Duration limit) {

        /** What is null has its default. */
        public Shutdown {
            limit = requireNonNullElse(limit, Duration.ofSeconds(3));
        }
    }

    /**
     * Where the addresses of the TCs come from.
     *
     * @param type Kind of registry: with file the addresses stand in service.grouplist, with any other Spring Cloud's
     *     DiscoveryClient is asked.
     */
    public record Registry(String type) {

        /** What is null has its default. */
        public Registry {
            type = requireNonNullElse(type, "file");
        }
    }

    /**
     * Where these properties come from.
     *
     * @param type Kind of configuration source; file is the one served: the application's own properties.
     */
    public record Config(String type) {

        /** What is null has its default. */
        public Config {
            type = requireNonNullElse(type, "file");
        }
    }
}
