package dev.lockstep.spring;

import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.TcAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which TCs this application is connected to, for the health of the application and for its start. Thread-safe. */
final class TcConnections implements RpcListener {

    /**
     * One TC.
     *
     * @param connections live ones
     * @param version of the TC, as it said when it took the last connection; null if it never took one
     * @param lastLoss why the last connection was lost; null if none was
     */
    record Node(
            int connections,
            @Nullable String version,
            @Nullable String lastLoss) {

        private static final Node UNKNOWN = new Node(0, null, null);
    }

    private final Discovery discovery;
    private final Map<TcAddress, Node> nodes = new ConcurrentHashMap<>();
    private final CountDownLatch first = new CountDownLatch(1);

    TcConnections(Discovery discovery) {
        this.discovery = discovery;
    }

    @Override
    public void connected(TcAddress tc, String tcVersion) {
        nodes.compute(tc, (address, before) -> {
            Node node = before == null ? Node.UNKNOWN : before;
            return new Node(node.connections() + 1, tcVersion, node.lastLoss());
        });
        first.countDown();
    }

    @Override
    public void disconnected(TcAddress tc, String reason, int requestsFailed) {
        nodes.compute(tc, (address, before) -> {
            Node node = before == null ? Node.UNKNOWN : before;
            return new Node(Math.max(0, node.connections() - 1), node.version(), reason);
        });
    }

    /** The TCs known now, by address, and any other that there still is a connection to. */
    Map<String, Node> nodes() {
        Map<String, Node> found = new LinkedHashMap<>();
        discovery.addresses().forEach(tc -> found.put(tc.toString(), nodes.getOrDefault(tc, Node.UNKNOWN)));
        nodes.forEach((tc, node) -> {
            if (node.connections() > 0) {
                found.putIfAbsent(tc.toString(), node);
            }
        });
        return found;
    }

    /** Whether there was ever a connection; waits for the first one, at most so long. */
    boolean awaitFirst(Duration limit) throws InterruptedException {
        return first.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
