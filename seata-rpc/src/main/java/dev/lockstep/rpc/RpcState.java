package dev.lockstep.rpc;

import dev.lockstep.rpc.discovery.NodeState;
import java.util.List;

/**
 * What a client knew of its TC nodes at one moment; for a health check.
 *
 * @param open whether the client was opened and not closed since; otherwise there are no nodes
 * @param nodes those the discovery names, and those it named before that still have transactions; in no certain order
 * @param commandsWaiting branch commands of the TC that no thread is free for yet
 */
public record RpcState(boolean open, List<NodeState> nodes, int commandsWaiting) {

    public RpcState {
        nodes = List.copyOf(nodes);
    }

    /** Whether a global transaction could be begun: some node is connected and was not set aside. */
    public boolean isUsable() {
        return nodes.stream().anyMatch(node -> node.named() && node.isConnected() && !node.setAside());
    }

    /** Requests that wait for the answer of some node. */
    public int inFlight() {
        return nodes.stream().mapToInt(NodeState::inFlight).sum();
    }
}
