package dev.lockstep.spring.sight;

import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.discovery.NodeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a global transaction could be begun now, in a form that suits the health of either generation of Boot. Undo logs
 * that wait are shown and make nothing unhealthy: they hold no locks, and the TC repeats what is not taken.
 */
record TcHealth(boolean usable, Map<String, Object> details) {

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
        return new TcHealth(state.isUsable(), details);
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
