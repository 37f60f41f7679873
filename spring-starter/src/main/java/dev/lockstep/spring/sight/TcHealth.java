package dev.lockstep.spring.sight;

import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.pool.NodeState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Whether a global transaction could be begun now, in a form that suits the health of either generation of Boot. */
record TcHealth(boolean usable, Map<String, Object> details) {

    static TcHealth of(Supplier<RpcState> client) {
        RpcState state = client.get();
        Map<String, Object> details = new LinkedHashMap<>();
        state.nodes().forEach(node -> details.put(node.address().toString(), describe(node)));
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
}
