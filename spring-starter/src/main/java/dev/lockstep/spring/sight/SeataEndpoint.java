package dev.lockstep.spring.sight;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rpc.RpcState;
import dev.lockstep.rpc.SeataRpcClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/seata}: the global transactions that run here, with their branches and locks, the connections to the TCs,
 * and what waits and is kept for each database. Lock keys hold primary keys of rows, so it is not exposed over HTTP unless the application says so.
 */
@Endpoint(id = "seata")
final class SeataEndpoint {

    private static final RpcState NO_TRANSPORT = new RpcState(false, List.of(), 0);

    private final RunningTransactions running;
    private final Supplier<@Nullable SeataRpcClient> rpcClient;
    private final Supplier<@Nullable ResourceManager> resourceManager;

    /**
     * @param rpcClient gives null where the application brings a transport of its own
     * @param resourceManager gives null where the application has none of ours
     */
    SeataEndpoint(
            RunningTransactions running,
            Supplier<@Nullable SeataRpcClient> rpcClient,
            Supplier<@Nullable ResourceManager> resourceManager) {
        this.running = running;
        this.rpcClient = rpcClient;
        this.resourceManager = resourceManager;
    }

    /** What the endpoint answers. */
    record Report(
            List<Transaction> transactions, List<Tc> tcs, int branchCommandsWaiting, List<ResourceState> resources) {}

    /** A global transaction that runs, null for an xid that nothing has needed yet; times in milliseconds, so that every JSON library writes them alike. */
    record Transaction(
            @Nullable String xid,
            String name,
            long ageMillis,
            @Nullable Long remainingMillis,
            List<RunningTransactions.Branch> branches) {}

    /** A node of the TC. */
    record Tc(
            String address,
            @Nullable String version,
            int connections,
            int inFlight,
            boolean setAside,
            @Nullable String lastError) {}

    @ReadOperation
    Report report() {
        List<Transaction> transactions =
                running.list().stream().map(SeataEndpoint::transaction).toList();
        SeataRpcClient client = rpcClient.get();
        RpcState state = client == null ? NO_TRANSPORT : client.state();
        ResourceManager manager = resourceManager.get();
        return new Report(
                transactions, tcs(state), state.commandsWaiting(), manager == null ? List.of() : manager.resources());
    }

    private static Transaction transaction(RunningTransactions.Transaction it) {
        Duration remaining = it.remaining();
        return new Transaction(
                it.xid(),
                it.name(),
                it.age().toMillis(),
                remaining == null ? null : remaining.toMillis(),
                it.branches());
    }

    private static List<Tc> tcs(RpcState state) {
        return state.nodes().stream()
                .map(node -> new Tc(
                        node.address().toString(),
                        node.tcVersion(),
                        node.connections(),
                        node.inFlight(),
                        node.setAside(),
                        node.lastError()))
                .toList();
    }
}
