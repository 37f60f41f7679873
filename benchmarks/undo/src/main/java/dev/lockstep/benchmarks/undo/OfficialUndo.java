package dev.lockstep.benchmarks.undo;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The official client 2.0.0 by reflection, on the class path of its own that the build has resolved. Of its parts only the one
 * that talks to a TC is replaced, and that for writing alone: commits go to its own worker.
 */
final class OfficialUndo implements UndoClient {

    private final DataSource proxy;
    private final Object undoLogs;
    private final Object branchType;
    private final Object resourceManager;
    private final String resourceId;
    private long next;

    OfficialUndo(DataSource database, String resourceId) throws Exception {
        this.resourceId = resourceId;
        branchType = value(type("core.model.BranchType").getField("AT").get(null));
        Class<?> managers = type("rm.DefaultResourceManager");
        Object registry = value(managers.getMethod("get").invoke(null));
        resourceManager = value(
                managers.getMethod("getResourceManager", branchType.getClass()).invoke(registry, branchType));
        proxy = (DataSource) type("rm.datasource.DataSourceProxy")
                .getConstructor(DataSource.class)
                .newInstance(database);
        undoLogs = value(type("rm.datasource.undo.UndoLogManagerFactory")
                .getMethod("getUndoLogManager", String.class)
                .invoke(null, "mariadb"));
        managers.getMethod("mockResourceManager", branchType.getClass(), type("core.model.ResourceManager"))
                .invoke(null, branchType, givenIds());
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("io.seata." + name);
    }

    private static Object value(@Nullable Object of) {
        if (of == null) {
            throw new IllegalStateException("The official client gave nothing");
        }
        return of;
    }

    private Object givenIds() throws ClassNotFoundException {
        InvocationHandler tc = (self, method, arguments) -> switch (method.getName()) {
            case "branchRegister" -> next;
            case "lockQuery" -> true;
            case "getBranchType" -> branchType;
            case "getManagedResources" -> Map.of();
            default -> null;
        };
        return Proxy.newProxyInstance(
                OfficialUndo.class.getClassLoader(), new Class<?>[] {type("core.model.ResourceManager")}, tc);
    }

    private static Object call(Object target, Method method, Object... arguments) throws Exception {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void write(String xid, long branchId, LocalWork work) throws Exception {
        next = branchId;
        Class<?> context = type("core.context.RootContext");
        context.getMethod("bind", String.class).invoke(null, xid);
        try (Connection connection = proxy.getConnection()) {
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
        } finally {
            context.getMethod("unbind").invoke(null);
        }
    }

    @Override
    public void rollBack(String xid, long branchId) throws Exception {
        Method undo = Arrays.stream(undoLogs.getClass().getMethods())
                .filter(method -> method.getName().equals("undo") && method.getParameterCount() == 3)
                .findFirst()
                .orElseThrow();
        call(undoLogs, undo, proxy, xid, branchId);
    }

    @Override
    public boolean commit(String xid, long branchId) throws Exception {
        Method commit = Arrays.stream(resourceManager.getClass().getMethods())
                .filter(method -> method.getName().equals("branchCommit"))
                .findFirst()
                .orElseThrow();
        call(resourceManager, commit, branchType, xid, branchId, resourceId, null);
        return true;
    }

    @Override
    public void close() {}
}
