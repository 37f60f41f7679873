package dev.lockstep.rm.peer;

import dev.lockstep.port.PromptInbound;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalTransaction;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import dev.lockstep.tm.XidPropagation;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A program of its own: an instance of a service with our client. Arguments: what class names in undo logs begin with,
 * application id, driver's data source class, URL, user, seed, address of the TC.
 */
final class LockstepInstance implements TransferLoop.Client {

    private static final String GROUP = "default_tx_group";
    /** As long as official instances have. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

    /** What a thread is at work for: one of the two. */
    private record Running(@Nullable GlobalTransaction transaction, XidPropagation.@Nullable Joined abandoned) {}

    private final ThreadLocal<Running> current = new ThreadLocal<>();
    private final String applicationId;
    private final SeataRpcClient rpc;
    private final GlobalTransactionTemplate template;

    private LockstepInstance(String applicationId, SeataRpcClient rpc, GlobalTransactionTemplate template) {
        this.applicationId = applicationId;
        this.rpc = rpc;
        this.template = template;
    }

    public static void main(String[] arguments) throws Exception {
        SeataRpcClient rpc =
                new SeataRpcClient(RpcOptions.builder(arguments[1], GROUP).build(), StaticDiscovery.of(arguments[6]));
        ResourceManager resourceManager = new ResourceManager(
                rpc,
                rpc,
                ResourceManagerOptions.builder()
                        .undoClassNames(arguments[0])
                        .closeLimit(CLOSE_LIMIT)
                        .build());
        AnsweredCommits answered = new AnsweredCommits();
        GlobalTransactions transactions = new GlobalTransactions(rpc, TmOptions.of(arguments[1], GROUP));
        rpc.open(transactions.witnessedBy(new Observed(resourceManager, answered)), resourceManager);
        LockstepInstance instance =
                new LockstepInstance(arguments[1], rpc, new GlobalTransactionTemplate(transactions));
        DataSource raw = dataSource(arguments[2], arguments[3], arguments[4]);
        new TransferLoop(resourceManager.wrap(raw), instance, Long.parseLong(arguments[5])).run(() -> {
            resourceManager.close();
            rpc.close();
            return answered.undeleted(raw);
        });
    }

    /** Keeps which branches were answered as committed. */
    private record Observed(ResourceManager resourceManager, AnsweredCommits answered) implements PromptInbound {

        @Override
        public boolean commitsPromptly() {
            return resourceManager.commitsPromptly();
        }

        @Override
        public BranchStatus branchCommit(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
            BranchStatus status = resourceManager.branchCommit(branchType, xid, branchId, resourceId, applicationData);
            if (status == BranchStatus.PhaseTwo_Committed) {
                answered.add(xid, branchId);
            }
            return status;
        }

        @Override
        public BranchStatus branchRollback(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
            return resourceManager.branchRollback(branchType, xid, branchId, resourceId, applicationData);
        }
    }

    /** Without a pool, as a test's data source may be. */
    static DataSource dataSource(String driver, String url, String user) throws ReflectiveOperationException {
        DataSource dataSource =
                (DataSource) Class.forName(driver).getDeclaredConstructor().newInstance();
        driverProperty(dataSource, "setUrl", url);
        driverProperty(dataSource, "setUser", user);
        return dataSource;
    }

    private static void driverProperty(DataSource dataSource, String setter, String value)
            throws ReflectiveOperationException {
        dataSource.getClass().getMethod(setter, String.class).invoke(dataSource, value);
    }

    @Override
    public void begin(int timeoutMillis) {
        current.set(new Running(
                template.begin(
                        GlobalTransactionDefinition.named("transfer").withTimeout(Duration.ofMillis(timeoutMillis))),
                null));
    }

    /** Only without the template may a global transaction be left open. */
    @Override
    public void beginToAbandon(int timeoutMillis) throws Exception {
        String xid = rpc.begin(applicationId, GROUP, "abandoned", timeoutMillis);
        current.set(new Running(null, XidPropagation.join(xid)));
    }

    @Override
    public void commit() {
        transaction().commit();
    }

    @Override
    public void rollback() {
        if (current.get().abandoned() == null) {
            transaction().rollback();
        } else {
            abandon();
        }
    }

    @Override
    public void abandon() {
        XidPropagation.Joined joined = current.get().abandoned();
        if (joined == null) {
            throw new IllegalStateException("begun to be ended");
        }
        joined.close();
    }

    private GlobalTransaction transaction() {
        GlobalTransaction transaction = current.get().transaction();
        if (transaction == null) {
            throw new IllegalStateException("begun to be abandoned");
        }
        return transaction;
    }
}
