package dev.lockstep.rm.peer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A program of its own: an instance of a service with an official client, on that client's class path. Arguments: what its class
 * names begin with, application id, driver's data source class, URL, user, seed. Where the TC is stands in file.conf.
 */
final class OfficialInstance implements TransferLoop.Client {

    private static final Duration LAST_DELETION_LIMIT = Duration.ofSeconds(15);
    private static final long LOOK_AGAIN_NANOS = 50_000_000;

    private final ThreadLocal<Object> current = new ThreadLocal<>();
    private final AnsweredCommits answered = new AnsweredCommits();
    private final String names;

    private OfficialInstance(String names) {
        this.names = names;
    }

    public static void main(String[] arguments) throws Exception {
        OfficialInstance instance = new OfficialInstance(arguments[0]);
        String group = "default_tx_group";
        instance.type("tm.TMClient")
                .getMethod("init", String.class, String.class)
                .invoke(null, arguments[1], group);
        instance.type("rm.RMClient")
                .getMethod("init", String.class, String.class)
                .invoke(null, arguments[1], group);
        instance.noteCommits();
        DataSource raw = (DataSource)
                Class.forName(arguments[2]).getDeclaredConstructor().newInstance();
        raw.getClass().getMethod("setUrl", String.class).invoke(raw, arguments[3]);
        raw.getClass().getMethod("setUser", String.class).invoke(raw, arguments[4]);
        DataSource proxy = (DataSource) instance.type("rm.datasource.DataSourceProxy")
                .getConstructor(DataSource.class)
                .newInstance(raw);
        new TransferLoop(proxy, instance, Long.parseLong(arguments[5])).run(() -> instance.close(raw));
    }

    /** Puts an observer before what answers the TC's commands. */
    private void noteCommits() throws Exception {
        Class<?> managers = type("rm.DefaultResourceManager");
        Class<?> manager = type("core.model.ResourceManager");
        Class<?> branchType = type("core.model.BranchType");
        Object at = branchType.getField("AT").get(null);
        Object all = managers.getMethod("get").invoke(null);
        Object real = managers.getMethod("getResourceManager", branchType).invoke(all, at);
        Object observed = Proxy.newProxyInstance(
                manager.getClassLoader(), new Class<?>[] {manager}, (self, method, arguments) -> {
                    if (method.getName().equals("branchCommit")) {
                        answered.add((String) arguments[1], (Long) arguments[2]);
                    }
                    return call(real, method, arguments);
                });
        managers.getMethod("mockResourceManager", branchType, manager).invoke(null, at, observed);
    }

    /**
     * The official client answers a commit, deletes undo logs once a second and forgets at its end what is still to be deleted.
     * So it is first cut off from the TC, which then asks others, and left alone with what it has answered.
     */
    private List<String> close(DataSource database) throws Exception {
        Class<?> channels = type("core.rpc.netty.RmNettyRemotingClient");
        channels.getMethod("destroy").invoke(channels.getMethod("getInstance").invoke(null));
        long began = System.nanoTime();
        List<String> undeleted = answered.undeleted(database);
        while (!undeleted.isEmpty() && System.nanoTime() - began < LAST_DELETION_LIMIT.toNanos()) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            undeleted = answered.undeleted(database);
        }
        return undeleted;
    }

    private Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(names + "." + name);
    }

    private Object call(Object target, Method method, Object... arguments) throws Exception {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void begin(int timeoutMillis) throws Exception {
        Object transaction = call(null, type("tm.api.GlobalTransactionContext").getMethod("getCurrentOrCreate"));
        current.set(transaction);
        call(
                transaction,
                type("tm.api.GlobalTransaction").getMethod("begin", int.class, String.class),
                timeoutMillis,
                "transfer");
    }

    @Override
    public void commit() throws Exception {
        call(current.get(), type("tm.api.GlobalTransaction").getMethod("commit"));
    }

    @Override
    public void rollback() throws Exception {
        call(current.get(), type("tm.api.GlobalTransaction").getMethod("rollback"));
    }

    @Override
    public void abandon() throws Exception {
        call(null, type("core.context.RootContext").getMethod("unbind"));
    }
}
