package dev.lockstep.benchmarks.application;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes H2 in MySQL mode answer as MySQL where the official client looks: the URL, the name of the primary key's index, and
 * the version query. Only connections and their metadata are wrapped; statements and rows are the driver's own.
 */
final class MySqlLook {

    /** How H2 names the index of a primary key, in either case. */
    private static final String PRIMARY_KEY = "primary_key_";

    private static final String VERSION_QUERY = "SELECT VERSION()";
    private static final String VERSION_ANSWER = "SELECT '8.0.31' AS \"VERSION()\"";

    private MySqlLook() {}

    /** The data source as one of MySQL with this URL. */
    static DataSource of(DataSource h2, String url) {
        return wrap(DataSource.class, h2, (method, arguments) -> {
            var answer = call(h2, method, arguments);
            return answer instanceof Connection connection ? connection(connection, url) : answer;
        });
    }

    private static Connection connection(Connection connection, String url) {
        return wrap(Connection.class, connection, (method, arguments) -> {
            if (method.getName().equals("prepareStatement") && VERSION_QUERY.equals(arguments[0])) {
                return connection.prepareStatement(VERSION_ANSWER);
            }
            var answer = call(connection, method, arguments);
            return answer instanceof DatabaseMetaData metaData ? metaData(metaData, url) : answer;
        });
    }

    private static DatabaseMetaData metaData(DatabaseMetaData metaData, String url) {
        return wrap(DatabaseMetaData.class, metaData, (method, arguments) -> switch (method.getName()) {
            case "getURL" -> url;
            case "getDatabaseProductName" -> "MySQL";
            case "getIndexInfo" -> indexes((ResultSet) call(metaData, method, arguments));
            default -> call(metaData, method, arguments);
        });
    }

    private static ResultSet indexes(ResultSet rows) {
        return wrap(ResultSet.class, rows, (method, arguments) -> {
            var answer = call(rows, method, arguments);
            return answer instanceof String text && text.regionMatches(true, 0, PRIMARY_KEY, 0, PRIMARY_KEY.length())
                    ? "PRIMARY"
                    : answer;
        });
    }

    /** What happens instead of a call. */
    @FunctionalInterface
    private interface Call {
        @Nullable
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T wrap(Class<T> type, T wrapped, Call call) {
        InvocationHandler handler = (proxy, method, arguments) -> method.getDeclaringClass() == Object.class
                ? call(wrapped, method, arguments)
                : call.answer(method, arguments);
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader() == null ? MySqlLook.class.getClassLoader() : type.getClassLoader(),
                new Class<?>[] {type},
                handler));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? new SQLException(thrown) : thrown.getCause();
        }
    }
}
