package dev.lockstep.spring;

import static java.util.Objects.requireNonNullElse;

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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private static final Logger LOG = LoggerFactory.getLogger(ClientOptions.class);

    private final SeataProperties properties;
    private final LockstepProperties lockstep;
    private final Identity identity;

    ClientOptions(SeataProperties properties, LockstepProperties lockstep, Identity identity) {
        this.properties = properties;
        this.lockstep = lockstep;
        this.identity = identity;
    }

    Identity identity() {
        return identity;
    }

    RpcOptions rpc() {
        RpcOptions.Builder options = RpcOptions.builder(identity.applicationId(), identity.group())
                .accessKey(properties.accessKey())
                .secretKey(properties.secretKey())
                .rmRequestTimeout(properties.transport().rpcRmRequestTimeout())
                .closeTimeout(properties.transport().shutdown().limit());
        Duration tmTimeout = properties.transport().rpcTmRequestTimeout();
        if (tmTimeout != null) {
            options.tmRequestTimeout(tmTimeout).globalEndTimeout(tmTimeout);
        }
        LockstepProperties.Tc tc = lockstep.tc();
        options.maxConnections(requireNonNullElse(tc.maxConnections(), RpcOptions.DEFAULT_MAX_CONNECTIONS))
                .keepAlive(requireNonNullElse(tc.keepAlive(), RpcOptions.DEFAULT_KEEP_ALIVE))
                .idleTime(requireNonNullElse(tc.idleTime(), RpcOptions.DEFAULT_IDLE_TIME))
                .warmUp(requireNonNullElse(tc.warmUp(), RpcOptions.DEFAULT_WARM_UP))
                .reportBatchSize(requireNonNullElse(tc.reportBatchSize(), RpcOptions.DEFAULT_REPORT_BATCH_SIZE))
                .reportLinger(requireNonNullElse(tc.reportLinger(), RpcOptions.DEFAULT_REPORT_LINGER))
                .spareReports(requireNonNullElse(tc.spareReports(), RpcOptions.DEFAULT_SPARE_REPORTS))
                .connectTimeout(requireNonNullElse(tc.connectTimeout(), RpcOptions.DEFAULT_CONNECT_TIMEOUT));
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
                .defaultTimeout(orDefault(
                        "seata.client.tm.default-global-transaction-timeout",
                        tm.defaultGlobalTransactionTimeout(),
                        tm.defaultGlobalTransactionTimeout().toMillis() > 0,
                        TmOptions.DEFAULT_TIMEOUT))
                .commitTries(orDefault(
                        "seata.client.tm.commit-retry-count",
                        tm.commitRetryCount(),
                        tm.commitRetryCount() > 0,
                        TmOptions.DEFAULT_TRIES))
                .rollbackTries(orDefault(
                        "seata.client.tm.rollback-retry-count",
                        tm.rollbackRetryCount(),
                        tm.rollbackRetryCount() > 0,
                        TmOptions.DEFAULT_TRIES))
                .lazyBegin(lockstep.lazyBegin())
                .beginAhead(lockstep.beginAhead())
                .closeLimit(properties.transport().shutdown().limit())
                .build();
    }

    /** What is not above zero means the default, as in the official client. */
    private static <T> T orDefault(String name, T value, boolean possible, T otherwise) {
        if (possible) {
            return value;
        }
        LOG.warn("[starter] {} is {}, and the default counts: {}", name, value, otherwise);
        return otherwise;
    }

    /** The databases are reached by {@link StartInBackground}. */
    ResourceManagerOptions rm(DirtyWriteListener dirtyWrites, BranchListener branches) {
        SeataProperties.Rm rm = properties.client().rm();
        SeataProperties.Undo undo = properties.client().undo();
        ResourceManagerOptions.Builder options = ResourceManagerOptions.builder()
                .lockRetryInterval(rm.lock().retryInterval())
                .lockRetryTimes(rm.lock().retryTimes())
                .lockRetryLimit(lockstep.lockRetryLimit())
                .reportSuccess(rm.reportSuccessEnable())
                .reportRetryCount(rm.reportRetryCount())
                .asyncCommitBufferLimit(rm.asyncCommitBufferLimit())
                .undoLogTable(undo.logTable())
                .createUndoLogTable(lockstep.undo().createTable())
                .undoDataValidation(undo.dataValidation())
                .onlyCareUpdateColumns(undo.onlyCareUpdateColumns())
                .uncapturedTables(lockstep.uncapturedTables())
                .sideEffectsIgnored(lockstep.sideEffectsIgnored())
                .changingUrls(lockstep.changingUrls())
                .orphanAge(lockstep.undo().orphanAge())
                .tableMetaAge(rm.tableMetaCheckerInterval())
                .dirtyWriteListener(dirtyWrites)
                .branchListener(branches)
                .closeLimit(properties.transport().shutdown().limit())
                .reachAtOnce(false);
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
                size -> options.undoCompressionThresholdBytes(bytes(size)));
        return options.build();
    }

    private static void setOrRefuse(String name, String value, String served, Consumer<String> setter) {
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new SeataConfigurationException(
                    name + " is '" + value + "', and what is served is " + served + ".",
                    "Remove the property, or write one of these.",
                    refused);
        }
    }

    /** The official spelling: a number, and k, m or g for 1024 and its powers. */
    static int bytes(String size) {
        String text = size.strip().toLowerCase(Locale.ROOT);
        int shift = "kmg".indexOf(text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) + 1;
        long number = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
        return Math.toIntExact(Math.multiplyExact(number, 1L << 10 * shift));
    }
}
