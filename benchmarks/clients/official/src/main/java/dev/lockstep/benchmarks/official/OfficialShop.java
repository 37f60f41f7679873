package dev.lockstep.benchmarks.official;

import dev.lockstep.benchmarks.load.ClientProcess;
import dev.lockstep.benchmarks.shop.GlobalTransactionRunner.Work;
import dev.lockstep.benchmarks.shop.ShopClient;
import dev.lockstep.benchmarks.shop.ShopDatabases;
import io.seata.rm.RMClient;
import io.seata.rm.datasource.DataSourceProxy;
import io.seata.tm.TMClient;
import io.seata.tm.api.TransactionalExecutor;
import io.seata.tm.api.TransactionalTemplate;
import io.seata.tm.api.transaction.Propagation;
import io.seata.tm.api.transaction.TransactionInfo;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process of the shop with the official client: its template and its data source proxy, with their defaults unless a
 * system property says otherwise. Settings: {@code tc}, {@code application}.
 */
public final class OfficialShop {

    private static final String GROUP = "default_tx_group";
    private static final int TIMEOUT_MILLIS = 60_000;

    private OfficialShop() {}

    public static void main(String[] arguments) {
        ClientProcess.serve(arguments, OfficialShop::open);
    }

    private static ShopClient open(Map<String, String> settings) throws Exception {
        var application = settings.get("application");
        System.setProperty("service.vgroupMapping." + GROUP, "default");
        System.setProperty("service.default.grouplist", settings.get("tc"));
        TMClient.init(application, GROUP);
        RMClient.init(application, GROUP);
        var databases = new ShopDatabases(true);
        var template = new TransactionalTemplate();
        return new ShopClient(
                        databases,
                        new DataSourceProxy(databases.orders()),
                        new DataSourceProxy(databases.stock()),
                        work -> execute(template, work),
                        // The official client closes itself in a shutdown hook.
                        () -> {})
                .opened();
    }

    private static void execute(TransactionalTemplate template, Work work) throws Exception {
        try {
            template.execute(new Executor(work));
        } catch (TransactionalExecutor.ExecutionException told) {
            var original = told.getOriginalException();
            if (told.getCode() == TransactionalExecutor.Code.RollbackDone && original instanceof Exception exception) {
                throw exception;
            }
            throw new IllegalStateException(
                    "The transaction ended with " + told.getCode() + ".", original == null ? told : original);
        } catch (Exception failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    private record Executor(Work work) implements TransactionalExecutor {

        @Override
        public @Nullable Object execute() throws Throwable {
            work.run();
            return null;
        }

        @Override
        public TransactionInfo getTransactionInfo() {
            var info = new TransactionInfo();
            info.setName("benchmark");
            info.setTimeOut(TIMEOUT_MILLIS);
            info.setRollbackRules(Set.of());
            info.setPropagation(Propagation.REQUIRED);
            return info;
        }
    }
}
