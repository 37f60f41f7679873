package dev.lockstep.rm.peer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import javax.sql.DataSource;

/**
 * A program of its own: an instance of a service with an official client, on that client's class path. Arguments: what its class
 * names begin with, application id, driver's data source class, URL, user, seed. Where the TC is stands in file.conf.
 */
final class OfficialInstance implements TransferLoop.Client {

    /** The official client deletes undo logs once a second and forgets at its end what is still to be deleted. */
    private static final long LAST_DELETION_MILLIS = 3_000;

    private final ThreadLocal<Object> current = new ThreadLocal<>();
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
        DataSource raw = (DataSource)
                Class.forName(arguments[2]).getDeclaredConstructor().newInstance();
        raw.getClass().getMethod("setUrl", String.class).invoke(raw, arguments[3]);
        raw.getClass().getMethod("setUser", String.class).invoke(raw, arguments[4]);
        DataSource proxy = (DataSource) instance.type("rm.datasource.DataSourceProxy")
                .getConstructor(DataSource.class)
                .newInstance(raw);
        new TransferLoop(proxy, instance, Long.parseLong(arguments[5])).run(() -> Thread.sleep(LAST_DELETION_MILLIS));
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
