package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.shop.ShopClient;
import dev.lockstep.benchmarks.shop.ShopDatabases;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.GlobalWork;
import dev.lockstep.tm.TmOptions;
import java.util.Map;

/**
 * The process of the shop with our client: template, data source proxy, transport. Settings: {@code tc}, {@code
 * application}.
 */
public final class LockstepShop {

    private static final String GROUP = "default_tx_group";
    private static final GlobalTransactionDefinition DEFINITION = GlobalTransactionDefinition.named("benchmark");

    private LockstepShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, LockstepShop::open);
    }

    private static ShopClient open(Map<String, String> settings) throws Exception {
        var application = settings.get("application");
        var databases = new ShopDatabases(false);
        var options = ReportSettings.apply(RpcOptions.builder(application, GROUP), settings)
                .build();
        var rpc = new SeataRpcClient(options, StaticDiscovery.of(settings.get("tc")));
        var resourceManager = new ResourceManager(rpc, rpc, ResourceManagerOptions.defaults());
        rpc.open(resourceManager, resourceManager);
        var template = new GlobalTransactionTemplate(new GlobalTransactions(rpc, TmOptions.of(application, GROUP)));
        return new ShopClient(
                        databases,
                        resourceManager.wrap(databases.orders()),
                        resourceManager.wrap(databases.stock()),
                        work -> template.execute(DEFINITION, (GlobalWork<Void, Exception>) () -> {
                            work.run();
                            return null;
                        }),
                        () -> {
                            resourceManager.close();
                            rpc.close();
                        })
                .opened();
    }
}
