package dev.lockstep.spring;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a database that takes no part, with its statements and results: works as long as there is no global transaction,
 * and asks before each statement, since the connection may have been taken before the global transaction came. Not thread-safe, as
 * a JDBC connection is not.
 */
final class OutsideConnection implements InvocationHandler {

    /** Whether work may pass now. */
    interface Check {
        /** @throws SQLException where what is written would have to be undone, and would not be */
        void requireOutside() throws SQLException;
    }

    private static final Set<String> WRITES_OF_RESULTS = Set.of("insertRow", "updateRow", "deleteRow");

    private final Object delegate;
    /** What {@code getConnection} or {@code getStatement} leads back to; null for the connection itself. */
    private final @Nullable Object parent;

    private final Check check;

    private OutsideConnection(Object delegate, @Nullable Object parent, Check check) {
        this.delegate = delegate;
        this.parent = parent;
        this.check = check;
    }

    static Connection around(Connection connection, Check check) {
        return proxy(Connection.class, connection, null, check);
    }

    private static <T> T proxy(Class<T> type, Object delegate, @Nullable Object parent, Check check) {
        return type.cast(Proxy.newProxyInstance(
                OutsideConnection.class.getClassLoader(),
                new Class<?>[] {type},
                new OutsideConnection(delegate, parent, check)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return switch (name) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> delegate.toString();
            };
        }
        if (method.getDeclaringClass() == Wrapper.class
                && arguments != null
                && ((Class<?>) arguments[0]).isInstance(proxy)) {
            return name.equals("unwrap") ? proxy : (Object) true;
        }
        if (writes(name)) {
            check.requireOutside();
        }
        return guarded(name, forward(method, arguments), proxy);
    }

    private boolean writes(String name) {
        return delegate instanceof Statement
                ? name.startsWith("execute")
                : delegate instanceof ResultSet && WRITES_OF_RESULTS.contains(name);
    }

    private @Nullable Object forward(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(delegate, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }

    private @Nullable Object guarded(String name, @Nullable Object result, Object proxy) {
        if (parent != null && (name.equals("getConnection") || name.equals("getStatement"))) {
            return result == null ? null : parent;
        }
        if (name.equals("unwrap")) {
            return result;
        }
        if (result instanceof CallableStatement) {
            return proxy(CallableStatement.class, result, proxy, check);
        }
        if (result instanceof PreparedStatement) {
            return proxy(PreparedStatement.class, result, proxy, check);
        }
        if (result instanceof Statement) {
            return proxy(Statement.class, result, proxy, check);
        }
        if (result instanceof DatabaseMetaData) {
            return proxy(DatabaseMetaData.class, result, proxy, check);
        }
        return result instanceof ResultSet ? proxy(ResultSet.class, result, proxy, check) : result;
    }
}
