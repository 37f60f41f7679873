package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rpc.RpcOptions;
import java.util.Map;

/** Settings of connections: {@code connections}, at most so many to each node. What is not given keeps the client's default. */
final class ConnectionSettings {

    private ConnectionSettings() {}

    static RpcOptions.Builder apply(RpcOptions.Builder options, Map<String, String> settings) {
        var connections = settings.get("connections");
        if (connections != null) {
            options.maxConnections(Integer.parseInt(connections));
        }
        return options;
    }
}
