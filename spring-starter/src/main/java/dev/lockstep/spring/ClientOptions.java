package dev.lockstep.spring;

import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.at.image.LockKeyForm;
import dev.lockstep.rm.at.sql.UnknownFunctions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.pool.LoadBalancing;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private final SeataProperties properties;
    private final LockstepProperties lockstep;
    private final Identity identity;

    ClientOptions(SeataProperties properties, LockstepProperties lockstep, Identity identity) {
        this.properties = properties;
        this.lockstep = lockstep;
        this.identity = identity;
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
        setUnlessNull(lockstep.tc().maxConnections(), options::maxConnections);
        setUnlessNull(lockstep.tc().keepAlive(), options::keepAlive);
        setUnlessNull(lockstep.tc().idleTime(), options::idleTime);
        setUnlessNull(lockstep.tc().warmUp(), options::warmUp);
        setUnlessNull(lockstep.tc().reportBatchSize(), options::reportBatchSize);
        setUnlessNull(lockstep.tc().reportLinger(), options::reportLinger);
        setUnlessNull(lockstep.tc().spareReports(), options::spareReports);
        setUnlessNull(lockstep.tc().connectTimeout(), options::connectTimeout);
        options.loadBalancing(loadBalancing(properties.client().loadBalance().type()));
        return options.build();
    }

    private static <T> void setUnlessNull(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
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
        return new TmOptions(
                        identity.applicationId(),
                        identity.group(),
                        tm.defaultGlobalTransactionTimeout(),
                        tm.commitRetryCount(),
                        tm.rollbackRetryCount(),
                        TmOptions.DEFAULT_FIRST_PAUSE)
                .withLazyBegin(lockstep.lazyBegin())
                .withCloseLimit(properties.transport().shutdown().limit());
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
                .orphanAge(lockstep.undo().orphanAge())
                .tableMetaAge(rm.tableMetaCheckerInterval())
                .dirtyWriteListener(dirtyWrites)
                .branchListener(branches)
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
