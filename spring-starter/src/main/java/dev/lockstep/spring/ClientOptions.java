package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private final SeataProperties properties;
    private final Identity identity;

    ClientOptions(SeataProperties properties, Identity identity) {
        this.properties = properties;
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

    ResourceManagerOptions rm() {
        SeataProperties.Rm rm = properties.client().rm();
        SeataProperties.Undo undo = properties.client().undo();
        return ResourceManagerOptions.builder()
                .lockRetryInterval(rm.lock().retryInterval())
                .lockRetryTimes(rm.lock().retryTimes())
                .reportSuccess(rm.reportSuccessEnable())
                .reportRetryCount(rm.reportRetryCount())
                .asyncCommitBufferLimit(rm.asyncCommitBufferLimit())
                .undoLogTable(undo.logTable())
                .undoDataValidation(undo.dataValidation())
                .onlyCareUpdateColumns(undo.onlyCareUpdateColumns())
                .build();
    }
}
