package dev.lockstep.spring;

import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private final SeataProperties properties;
    private final LockstepProperties.Undo undoOfOurs;
    private final Identity identity;

    ClientOptions(SeataProperties properties, LockstepProperties.Undo undoOfOurs, Identity identity) {
        this.properties = properties;
        this.undoOfOurs = undoOfOurs;
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
        return options.build();
    }

    TmOptions tm() {
        SeataProperties.Tm tm = properties.client().tm();
        return new TmOptions(
                identity.applicationId(),
                identity.group(),
                tm.defaultGlobalTransactionTimeout(),
                tm.commitRetryCount(),
                tm.rollbackRetryCount(),
                TmOptions.DEFAULT_FIRST_PAUSE);
    }

    ResourceManagerOptions rm(DirtyWriteListener dirtyWrites) {
        SeataProperties.Rm rm = properties.client().rm();
        SeataProperties.Undo undo = properties.client().undo();
        ResourceManagerOptions.Builder options = ResourceManagerOptions.builder()
                .lockRetryInterval(rm.lock().retryInterval())
                .lockRetryTimes(rm.lock().retryTimes())
                .reportSuccess(rm.reportSuccessEnable())
                .reportRetryCount(rm.reportRetryCount())
                .asyncCommitBufferLimit(rm.asyncCommitBufferLimit())
                .undoLogTable(undo.logTable())
                .undoDataValidation(undo.dataValidation())
                .onlyCareUpdateColumns(undo.onlyCareUpdateColumns())
                .dirtyWriteListener(dirtyWrites);
        setOrRefuse(
                "lockstep.undo.class-names",
                undoOfOurs.classNames(),
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
