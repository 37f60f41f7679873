package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rpc.RpcOptions;
import java.util.Map;

/** How branch reports travel. */
final class ReportSettings {

    private ReportSettings() {}

    static RpcOptions.Builder apply(RpcOptions.Builder options, Map<String, String> settings) {
        return options;
    }
}
