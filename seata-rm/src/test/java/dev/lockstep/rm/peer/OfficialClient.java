package dev.lockstep.rm.peer;

import dev.lockstep.testing.database.TestDatabase;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An official client in a class loader of its own, with its own drivers. Of its parts only the one that talks to a TC is
 * replaced: branches get the ids that the test gives out, and their lock keys are kept. Used by one thread at a time.
 */
final class OfficialClient {

    private static final String FILE_CONF = "store.mode=file\n";
    private static final String REGISTRY_CONF = """
            registry { type = "file"
              file { name = "file.conf" } }
            config { type = "file"
              file { name = "file.conf" } }
            """;

    /** One for each version: each has static state, and a class path worth loading once. */
    private static final Map<String, OfficialClient> OPENED = new ConcurrentHashMap<>();

    private final String names;
    private final ClassLoader loader;
    private final List<String> lockKeys = new ArrayList<>();
    private @Nullable String resourceId;
    private long nextBranch;

    private OfficialClient(String version, String names) throws Exception {
        this.names = names;
        Path classPath = Path.of(
                Objects.requireNonNull(System.getProperty("lockstep.servers")), "official-" + version + ".classpath");
        if (!Files.isRegularFile(classPath)) {
            throw new IllegalStateException(classPath + " is missing. Make it with `./mvnw process-resources -f"
                    + " seata-testing/peers/pom.xml`.");
        }
        Path folder = Files.createTempDirectory("official-client");
        folder.toFile().deleteOnExit();
        write(folder.resolve("registry.conf"), REGISTRY_CONF);
        write(folder.resolve("file.conf"), FILE_CONF);
        List<URL> urls = new ArrayList<>();
        urls.add(folder.toUri().toURL());
        for (String jar : Files.readString(classPath).strip().split(System.getProperty("path.separator"))) {
            urls.add(Path.of(jar).toUri().toURL());
        }
        loader = new URLClassLoader(
                "official-" + version, urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        inside(() -> {
            pretendTc();
            return null;
        });
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        file.toFile().deleteOnExit();
    }

    /** The client of this version; its class names begin with these. */
    static OfficialClient of(String version, String names) {
        return OPENED.computeIfAbsent(version, any -> {
            try {
                return new OfficialClient(version, names);
            } catch (Exception e) {
                throw new IllegalStateException("The official client " + version + " cannot be loaded", e);
            }
        });
    }

    private Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(names + "." + name, true, loader);
    }

    private void pretendTc() throws Exception {
        Class<?> manager = type("core.model.ResourceManager");
        Object branchType = at();
        InvocationHandler tc = (self, method, arguments) -> switch (method.getName()) {
            case "branchRegister" -> {
                resourceId = (String) arguments[1];
                lockKeys.add((String) arguments[5]);
                yield nextBranch;
            }
            case "lockQuery" -> true;
            case "getBranchType" -> branchType;
            case "getManagedResources" -> Map.of();
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            case "toString" -> "a TC of the test's";
            default -> null;
        };
        Object pretended = Proxy.newProxyInstance(loader, new Class<?>[] {manager}, tc);
        Class<?> managers = type("rm.DefaultResourceManager");
        // The first look fills it with its own.
        managers.getMethod("get").invoke(null);
        managers.getMethod("mockResourceManager", type("core.model.BranchType"), manager)
                .invoke(null, branchType, pretended);
    }

    private Object at() throws Exception {
        return Objects.requireNonNull(
                type("core.model.BranchType").getField("AT").get(null));
    }

    /** The official data source of a database. */
    Database database(TestDatabase database, String parameters) throws Exception {
        return inside(() -> new Database(database, parameters));
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    /** Service loaders of the official client's dependencies look at the thread. */
    private <T> T inside(Work<T> work) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return work.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** One database as the official client sees it. */
    final class Database implements FleetMember {
        private final DataSource proxy;
        private final Object undoLogs;

        private Database(TestDatabase database, String parameters) throws Exception {
            String driver = database.url().split(":")[1];
            Class<?> type = Class.forName(
                    switch (driver) {
                        case "postgresql" -> "org.postgresql.ds.PGSimpleDataSource";
                        case "mariadb" -> "org.mariadb.jdbc.MariaDbDataSource";
                        default -> "com.mysql.cj.jdbc.MysqlDataSource";
                    },
                    true,
                    loader);
            DataSource raw = (DataSource) type.getConstructor().newInstance();
            call(raw, "setUrl", database.url() + parameters);
            call(raw, "setUser", database.user());
            call(raw, "setPassword", database.password());
            Class<?> official = type("rm.datasource.DataSourceProxy");
            proxy = (DataSource) official.getConstructor(DataSource.class).newInstance(raw);
            String dbType = (String) official.getMethod("getDbType").invoke(proxy);
            undoLogs = type("rm.datasource.undo.UndoLogManagerFactory")
                    .getMethod("getUndoLogManager", String.class)
                    .invoke(null, dbType);
        }

        private static void call(Object target, String method, String value) throws Exception {
            target.getClass().getMethod(method, String.class).invoke(target, value);
        }

        @Override
        public Branch write(String xid, long branchId, LocalWork work) throws Exception {
            return inside(() -> {
                nextBranch = branchId;
                lockKeys.clear();
                Class<?> context = type("core.context.RootContext");
                context.getMethod("bind", String.class).invoke(null, xid);
                try (Connection connection = proxy.getConnection()) {
                    connection.setAutoCommit(false);
                    work.run(connection);
                    connection.commit();
                } finally {
                    context.getMethod("unbind").invoke(null);
                }
                return new Branch(Objects.requireNonNull(resourceId), List.copyOf(lockKeys));
            });
        }

        /** As at the TC's command; fails as the official client does. */
        @Override
        public void rollBack(String xid, long branchId) throws Exception {
            inside(() -> {
                Method undo = Arrays.stream(undoLogs.getClass().getMethods())
                        .filter(method -> method.getName().equals("undo") && method.getParameterCount() == 3)
                        .findFirst()
                        .orElseThrow();
                return undo.invoke(undoLogs, proxy, xid, branchId);
            });
        }
    }
}
