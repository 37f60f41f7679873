package dev.lockstep.benchmarks.load;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes that work for a client on the same machine, and what they have cost: the TCs and the server of the databases.
 * Settings: {@code tc-pids}, by comma, and {@code database-pid}.
 */
record ServersAtWork(List<Long> tcs, List<Long> databases) {

    static final ServersAtWork UNKNOWN = new ServersAtWork(List.of(), List.of());

    static ServersAtWork of(Map<String, String> settings) {
        return new ServersAtWork(pids(settings.get("tc-pids")), pids(settings.get("database-pid")));
    }

    private static List<Long> pids(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(",")).map(Long::valueOf).toList();
    }

    /** Since their start, by the names of {@link RoundResult}; only of those that are known. */
    Map<String, Double> costs() {
        Map<String, Double> costs = new HashMap<>();
        for (var pid : tcs) {
            var cost = ProcessCost.of(pid);
            costs.merge(RoundResult.TC_CPU_MILLIS, (double) cost.cpuMillis(), Double::sum);
            costs.merge(RoundResult.TC_SWITCHES, (double) cost.switches(), Double::sum);
        }
        for (var pid : databases) {
            costs.merge(RoundResult.DATABASE_CPU_MILLIS, (double) ProcessCost.cpuMillisOfTree(pid), Double::sum);
        }
        return costs;
    }
}
