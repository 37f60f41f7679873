package dev.lockstep.spring;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the properties into the options of the three clients. Immutable. */
final class ClientOptions {

    private final SeataProperties properties;
    private final String applicationId;

    /**
     * @param applicationName {@code spring.application.name}, the application id where none is given
     * @throws SeataConfigurationException if the properties ask for what cannot be served
     */
    ClientOptions(SeataProperties properties, @Nullable String applicationName) {
        this.properties = properties;
        this.applicationId = applicationId(properties, applicationName);
        if (!"file".equalsIgnoreCase(properties.config().type())) {
            throw new SeataConfigurationException(
                    "seata.config.type is '" + properties.config().type()
                            + "', and a configuration source of that kind is not served: what stands there would be missing.",
                    "Write the seata.* properties into the application's own configuration, or let Spring import them from"
                            + " there (spring.config.import), and set\n\n    seata.config.type=file\n");
        }
        if (!"AT".equals(properties.dataSourceProxyMode().toUpperCase(Locale.ROOT))) {
            throw new SeataConfigurationException(
                    "seata.data-source-proxy-mode is '" + properties.dataSourceProxyMode()
                            + "', and only AT is served.",
                    "Remove the property, or write\n\n    seata.data-source-proxy-mode=AT\n");
        }
    }

    private static String applicationId(SeataProperties properties, @Nullable String applicationName) {
        String id = properties.applicationId();
        if (id == null || id.isBlank()) {
            id = applicationName;
        }
        if (id == null || id.isBlank()) {
            throw new SeataConfigurationException(
                    "The application has no name, and the TC tells applications apart by their names when it delivers the"
                            + " second phase.",
                    "Name it, the same for every instance, for example"
                            + "\n\n    spring.application.name=order-service\n\nor, where another name is wanted towards the TC,"
                            + "\n\n    seata.application-id=order-service\n");
        }
        return id.strip();
    }

    RpcOptions rpc() {
        RpcOptions.Builder options = RpcOptions.builder(applicationId, properties.txServiceGroup())
                .accessKey(properties.accessKey())
                .secretKey(properties.secretKey())
                .rmRequestTimeout(properties.transport().rpcRmRequestTimeout());
        Duration tmTimeout = properties.transport().rpcTmRequestTimeout();
        if (tmTimeout != null) {
            options.tmRequestTimeout(tmTimeout).globalEndTimeout(tmTimeout);
        }
        return options.build();
    }

    TmOptions tm() {
        SeataProperties.Tm tm = properties.client().tm();
        return new TmOptions(
                applicationId,
                properties.txServiceGroup(),
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
