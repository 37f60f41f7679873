package dev.lockstep.spring;

import static dev.lockstep.spring.PropertyValue.aboveZero;
import static dev.lockstep.spring.PropertyValue.setOrRefuse;

import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.policy.LockKeyForm;
import dev.lockstep.rm.policy.UnknownFunctions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.policy.LoadBalancing;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.Locale;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private static final String A_TIME = "a time above zero, such as 500ms";

    private final SeataProperties properties;
    private final LockstepProperties lockstep;
    private final Identity identity;
    private final Duration closeLimit;

    ClientOptions(SeataProperties properties, LockstepProperties lockstep, Identity identity) {
        this.properties = properties;
        this.lockstep = lockstep;
        this.identity = identity;
        this.closeLimit = closeLimit(properties.transport().shutdown().limit());
    }

    /** None at all is the shortest there is: what runs is ended or handed over at once. */
    private static Duration closeLimit(Duration wait) {
        return wait.isZero()
                ? Duration.ofMillis(1)
                : aboveZero("seata.transport.shutdown.wait", wait, RpcOptions.DEFAULT_CLOSE_TIMEOUT);
    }

    Identity identity() {
        return identity;
    }

    RpcOptions rpc() {
        SeataProperties.Transport transport = properties.transport();
        RpcOptions.Builder options = RpcOptions.builder(identity.applicationId(), identity.group())
                .accessKey(properties.accessKey())
                .secretKey(properties.secretKey())
                .rmRequestTimeout(aboveZero(
                        "seata.transport.rpc-rm-request-timeout",
                        transport.rpcRmRequestTimeout(),
                        RpcOptions.DEFAULT_RM_REQUEST_TIMEOUT))
                .closeTimeout(closeLimit);
        Duration tmTimeout = transport.rpcTmRequestTimeout();
        if (tmTimeout != null) {
            Duration counts = aboveZero(
                    "seata.transport.rpc-tm-request-timeout", tmTimeout, RpcOptions.DEFAULT_TM_REQUEST_TIMEOUT);
            options.tmRequestTimeout(counts)
                    .globalEndTimeout(counts.equals(tmTimeout) ? counts : RpcOptions.DEFAULT_GLOBAL_END_TIMEOUT);
        }
        LockstepProperties.Tc tc = lockstep.tc();
        setOrRefuse(
                "lockstep.tc.max-connections",
                tc.maxConnections(),
                "a number from 1 to " + RpcOptions.HIGHEST_MAX_CONNECTIONS,
                options::maxConnections);
        setOrRefuse("lockstep.tc.keep-alive", tc.keepAlive(), "true or false", options::keepAlive);
        setOrRefuse("lockstep.tc.idle-time", tc.idleTime(), A_TIME, options::idleTime);
        setOrRefuse("lockstep.tc.warm-up", tc.warmUp(), "true or false", options::warmUp);
        setOrRefuse(
                "lockstep.tc.report-batch-size", tc.reportBatchSize(), "a number above zero", options::reportBatchSize);
        setOrRefuse("lockstep.tc.report-linger", tc.reportLinger(), A_TIME, options::reportLinger);
        setOrRefuse("lockstep.tc.spare-reports", tc.spareReports(), "true or false", options::spareReports);
        setOrRefuse("lockstep.tc.connect-timeout", tc.connectTimeout(), A_TIME, options::connectTimeout);
        options.loadBalancing(loadBalancing(properties.client().loadBalance().type()));
        return options.build();
    }

    /** The official names, with and without the ending that their classes have. */
    private static LoadBalancing loadBalancing(String type) {
        return switch (type.toLowerCase(Locale.ROOT).replace("loadbalance", "")) {
            case "xid", "consistenthash" -> LoadBalancing.XID;
            case "roundrobin", "random" -> LoadBalancing.ROUND_ROBIN;
            case "leastactive" -> LoadBalancing.LEAST_IN_FLIGHT;
            default ->
                throw new SeataConfigurationException(
                        "seata.client.load-balance.type is '" + type + "', which is no known way to choose a TC.",
                        "Remove the property, or write one of XID, RoundRobin, Random, ConsistentHash, LeastActive.");
        };
    }

    TmOptions tm() {
        SeataProperties.Tm tm = properties.client().tm();
        return TmOptions.builder(identity.applicationId(), identity.group())
                .defaultTimeout(aboveZero(
                        "seata.client.tm.default-global-transaction-timeout",
                        tm.defaultGlobalTransactionTimeout(),
                        TmOptions.DEFAULT_TIMEOUT))
                .commitTries(
                        aboveZero("seata.client.tm.commit-retry-count", tm.commitRetryCount(), TmOptions.DEFAULT_TRIES))
                .rollbackTries(aboveZero(
                        "seata.client.tm.rollback-retry-count", tm.rollbackRetryCount(), TmOptions.DEFAULT_TRIES))
                .lazyBegin(lockstep.lazyBegin())
                .beginAhead(lockstep.beginAhead())
                .closeLimit(closeLimit)
                .build();
    }

    /** The databases are reached by {@link StartInBackground}. */
    ResourceManagerOptions rm(DirtyWriteListener dirtyWrites, BranchListener branches) {
        SeataProperties.Rm rm = properties.client().rm();
        SeataProperties.Undo undo = properties.client().undo();
        ResourceManagerOptions defaults = ResourceManagerOptions.builder().build();
        ResourceManagerOptions.Builder options = ResourceManagerOptions.builder()
                .lockRetryInterval(aboveZero(
                        "seata.client.rm.lock.retry-interval", rm.lock().retryInterval(), defaults.lockRetryInterval()))
                .lockRetryTimes(Math.max(0, rm.lock().retryTimes()))
                .reportSuccess(rm.reportSuccessEnable())
                .reportRetryCount(aboveZero(
                        "seata.client.rm.report-retry-count", rm.reportRetryCount(), defaults.reportRetryCount()))
                .asyncCommitBufferLimit(aboveZero(
                        "seata.client.rm.async-commit-buffer-limit",
                        rm.asyncCommitBufferLimit(),
                        defaults.asyncCommitBufferLimit()))
                .undoLogTable(undo.logTable())
                .createUndoLogTable(lockstep.undo().createTable())
                .undoDataValidation(undo.dataValidation())
                .onlyCareUpdateColumns(undo.onlyCareUpdateColumns())
                .uncapturedTables(lockstep.uncapturedTables())
                .sideEffectsIgnored(lockstep.sideEffectsIgnored())
                .changingUrls(lockstep.changingUrls())
                .tableMetaAge(aboveZero(
                        "seata.client.rm.table-meta-checker-interval",
                        rm.tableMetaCheckerInterval(),
                        defaults.tableMetaAge()))
                .dirtyWriteListener(dirtyWrites)
                .branchListener(branches)
                .closeLimit(closeLimit)
                .reachAtOnce(false);
        setOrRefuse("lockstep.lock-retry-limit", lockstep.lockRetryLimit(), A_TIME, options::lockRetryLimit);
        setOrRefuse("lockstep.undo.orphan-age", lockstep.undo().orphanAge(), A_TIME, options::orphanAge);
        setOrRefuse(
                "lockstep.lock-keys",
                lockstep.lockKeys(),
                "both, canonical or official",
                form -> options.lockKeys(LockKeyForm.of(form)));
        setOrRefuse(
                "lockstep.unknown-functions",
                lockstep.unknownFunctions(),
                "allow, warn or refuse",
                done -> options.unknownFunctions(UnknownFunctions.of(done)));
        setOrRefuse(
                "lockstep.undo.class-names",
                lockstep.undo().classNames(),
                "io.seata or org.apache.seata",
                options::undoClassNames);
        setOrRefuse(
                "seata.client.undo.compress.type",
                undo.compress().enable() ? undo.compress().type() : "none",
                "zip, gzip, deflater or none; undo logs packed otherwise could be neither written nor rolled back",
                options::undoCompression);
        setOrRefuse(
                "seata.client.undo.compress.threshold",
                undo.compress().threshold(),
                "a size below 2 GB, such as 64k",
                size -> options.undoCompressionThresholdBytes(PropertyValue.bytes(size)));
        return options.build();
    }
}
