package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.NodeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a global transaction could be begun now, in a form that suits the health of either generation of Boot. Undo logs
 * that wait are shown and make nothing unhealthy: they hold no locks, and the TC repeats what is not taken.
 */
record TcHealth(String status, Map<String, Object> details) {

    private static final String UP = "UP";
    private static final String DOWN = "DOWN";
    private static final String UNKNOWN = "UNKNOWN";

    /** @param client gives null where there is none, and may fail as the client does whose library does not fit */
    static TcHealth of(Supplier<@Nullable SeataRpcClient> client, Supplier<@Nullable ResourceManager> resourceManager) {
        try {
            SeataRpcClient known = client.get();
            ResourceManager resources = resourceManager.get();
            return known == null
                    ? new TcHealth(
                            UNKNOWN,
                            Map.of("client", "none: global transactions are switched off, or go by another transport"))
                    : of(known.stateOnceDecided(), resources == null ? List.of() : resources.resources());
        } catch (RuntimeException | LinkageError broken) {
            return new TcHealth(DOWN, Map.of("error", broken.toString()));
        }
    }

    static TcHealth of(RpcState state, List<ResourceState> resources) {
        Map<String, Object> details = new LinkedHashMap<>();
        state.nodes().forEach(node -> details.put(node.address().toString(), describe(node)));
        Map<String, String> backlog = new LinkedHashMap<>();
        for (ResourceState resource : resources) {
            // Of data sources that lead to one database only one has anything to do.
            if (resource.undoLogsToDelete() > 0 || !backlog.containsKey(resource.resourceId())) {
                backlog.put(resource.resourceId(), describe(resource));
            }
        }
        if (!backlog.isEmpty()) {
            details.put("undoBacklog", backlog);
        }
        return new TcHealth(state.isUsable() ? UP : DOWN, details);
    }

    private static String describe(NodeState node) {
        if (node.setAside()) {
            return "set aside: " + node.lastError();
        }
        return node.isConnected()
                ? "connected, TC " + node.tcVersion()
                : "not connected" + (node.lastError() == null ? "" : ": " + node.lastError());
    }

    private static String describe(ResourceState resource) {
        return resource.undoLogsToDelete() + " of " + resource.undoLogsAtMost()
                + (resource.deletionFailure() == null ? "" : ", cannot be deleted: " + resource.deletionFailure());
    }
}
