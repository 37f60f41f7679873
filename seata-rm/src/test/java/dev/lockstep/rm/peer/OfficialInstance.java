package dev.lockstep.rm.peer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Set<String> committed = ConcurrentHashMap.newKeySet();
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
        new TransferLoop(proxy, instance, Long.parseLong(arguments[5])).run(() -> instance.awaitLastDeletion(raw));
    }

    /** The official client deletes undo logs once a second and forgets at its end what is still to be deleted. */
    private void awaitLastDeletion(DataSource database) throws SQLException {
        long began = System.nanoTime();
        while (holdsOurs(database)) {
            if (System.nanoTime() - began > LAST_DELETION_LIMIT.toNanos()) {
                throw new IllegalStateException("Undo logs of committed transfers are left");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private boolean holdsOurs(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT xid FROM undo_log")) {
            while (rows.next()) {
                if (committed.contains(rows.getString(1))) {
                    return true;
                }
            }
            return false;
        }
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
        Class<?> type = type("tm.api.GlobalTransaction");
        String xid = (String) call(current.get(), type.getMethod("getXid"));
        call(current.get(), type.getMethod("commit"));
        committed.add(xid);
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
