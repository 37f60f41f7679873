package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rpc.RpcOptions;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of connections: {@code connections}, at most so many to each node; {@code patience-seconds}, the limit of every wait for
 * the TC. What is not given keeps the client's default.
 */
final class ConnectionSettings {

    private ConnectionSettings() {}

    static RpcOptions.Builder apply(RpcOptions.Builder options, Map<String, String> settings) {
        var connections = settings.get("connections");
        if (connections != null) {
            options.maxConnections(Integer.parseInt(connections));
        }
        var patience = settings.get("patience-seconds");
        if (patience != null) {
            var limit = Duration.ofSeconds(Long.parseLong(patience));
            options.startupWait(limit)
                    .connectTimeout(limit)
                    .tmRequestTimeout(limit)
                    .globalEndTimeout(limit)
                    .rmRequestTimeout(limit)
                    .deadAfter(limit);
        }
        return options;
    }
}
