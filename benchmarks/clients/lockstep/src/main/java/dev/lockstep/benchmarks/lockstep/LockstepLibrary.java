package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.benchmarks.application.ClientLibrary;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.GlobalWork;
import dev.lockstep.tm.TmOptions;
import io.seata.core.exception.TransactionException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Our client as a library: template, data source proxy, transport. Settings: {@code tc}, {@code application}, and those of
 * {@link ConnectionSettings}, {@link ReportSettings} and {@link BranchSettings}.
 */
final class LockstepLibrary implements ClientLibrary {

    private static final String GROUP = "default_tx_group";
    private static final GlobalTransactionDefinition DEFINITION = GlobalTransactionDefinition.named("benchmark");
    /** Those that are left open see many others come and go. */
    private static final GlobalTransactionDefinition LONG =
            GlobalTransactionDefinition.named("benchmark, left open").withTimeout(Duration.ofMinutes(30));

    private final WireCounts counts = new WireCounts();
    private final SeataRpcClient rpc;
    private final ResourceManager resourceManager;
    private final GlobalTransactionTemplate template;

    private LockstepLibrary(Map<String, String> settings) {
        var application = settings.get("application");
        var options = ReportSettings.apply(
                        ConnectionSettings.apply(RpcOptions.builder(application, GROUP), settings), settings)
                .build();
        rpc = new SeataRpcClient(options, StaticDiscovery.of(settings.get("tc")), counts);
        resourceManager = new ResourceManager(rpc, rpc, BranchSettings.of(settings));
        var ahead = !"off".equals(settings.get("begin-ahead"));
        template = new GlobalTransactionTemplate(new GlobalTransactions(
                rpc, TmOptions.builder(application, GROUP).beginAhead(ahead).build()));
    }

    static LockstepLibrary open(Map<String, String> settings) throws TransactionException {
        var opened = new LockstepLibrary(settings);
        opened.rpc.open(opened.resourceManager, opened.resourceManager);
        return opened;
    }

    @Override
    public DataSource wrap(DataSource dataSource) {
        return resourceManager.wrap(dataSource);
    }

    @Override
    public void run(Work work) throws Exception {
        template.execute(DEFINITION, (GlobalWork<Void, Exception>) () -> {
            work.run();
            return null;
        });
    }

    @Override
    public OpenTransaction open(Work work) throws Exception {
        var begun = template.begin(LONG);
        try {
            work.run();
        } catch (Exception notDone) {
            begun.rollback();
            throw notDone;
        }
        return begun::commit;
    }

    @Override
    public Map<String, Long> counters() {
        return counts.all();
    }

    @Override
    public void close() {
        resourceManager.close();
        rpc.close();
    }
}
