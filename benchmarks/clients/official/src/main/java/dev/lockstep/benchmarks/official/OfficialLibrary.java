package dev.lockstep.benchmarks.official;

import dev.lockstep.benchmarks.application.ClientLibrary;
import io.seata.core.context.RootContext;
import io.seata.rm.RMClient;
import io.seata.rm.datasource.DataSourceProxy;
import io.seata.tm.TMClient;
import io.seata.tm.api.GlobalTransactionContext;
import io.seata.tm.api.TransactionalExecutor;
import io.seata.tm.api.TransactionalTemplate;
import io.seata.tm.api.transaction.Propagation;
import io.seata.tm.api.transaction.TransactionInfo;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The official client as a library: its template and its data source proxy, started as its documentation says, with their
 * defaults unless a system property says otherwise. Settings: {@code tc}, {@code application}.
 */
final class OfficialLibrary implements ClientLibrary {

    private static final String GROUP = "default_tx_group";
    private static final int TIMEOUT_MILLIS = 60_000;
    /** Those that are left open see many others come and go. */
    private static final int LONG_TIMEOUT_MILLIS = 1_800_000;

    private final TransactionalTemplate template = new TransactionalTemplate();

    private OfficialLibrary() {}

    static OfficialLibrary open(Map<String, String> settings) {
        System.setProperty("service.vgroupMapping." + GROUP, "default");
        System.setProperty("service.default.grouplist", settings.get("tc").replace(',', ';'));
        TMClient.init(settings.get("application"), GROUP);
        RMClient.init(settings.get("application"), GROUP);
        return new OfficialLibrary();
    }

    @Override
    public DataSource wrap(DataSource dataSource) {
        return new DataSourceProxy(dataSource);
    }

    @Override
    public void run(Work work) throws Exception {
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

    @Override
    public OpenTransaction open(Work work) throws Exception {
        var begun = GlobalTransactionContext.createNew();
        begun.begin(LONG_TIMEOUT_MILLIS, "benchmark, left open");
        try {
            work.run();
        } catch (Exception notDone) {
            begun.rollback();
            throw notDone;
        }
        RootContext.unbind();
        return begun::commit;
    }

    @Override
    public boolean knowsH2() {
        return false;
    }

    /** The official client closes itself in a shutdown hook. */
    @Override
    public void close() {}

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
