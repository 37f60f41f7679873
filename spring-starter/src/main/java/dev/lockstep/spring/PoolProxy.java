package dev.lockstep.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import javax.sql.PooledConnection;
import javax.sql.PooledConnectionBuilder;
import javax.sql.XAConnectionBuilder;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;

/**
 * Makes proxies of a data source's own class or interfaces, so that a pool or a routing data source that takes part can be injected
 * as what it is: connections come from what is around it, all else is its own. Where a pool has other ways to a connection, such as
 * {@code getXAConnection} or {@code getConnection(long)}, they are closed inside a global transaction and under {@code @GlobalLock}:
 * what is written there would not be captured. What the methods of a routing data source give is asked whether it is captured.
 * Thread-safe if the wrapper is.
 */
final class PoolProxy implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(PoolProxy.class);

    private static final Class<?>[] USER_AND_PASSWORD = {String.class, String.class};

    private final DataSource wrapper;
    private final String beanName;

    private PoolProxy(DataSource wrapper, String beanName) {
        this.wrapper = wrapper;
        this.beanName = beanName;
    }

    /**
     * @param wrapper hands out the connections
     * @param beanName for messages
     * @return null where the class cannot be kept, because it is final or a proxy itself
     */
    static @Nullable DataSource of(DataSource pool, DataSource wrapper, String beanName) {
        if (Modifier.isFinal(pool.getClass().getModifiers()) || AopUtils.isAopProxy(pool)) {
            return null;
        }
        var factory = new ProxyFactory(pool);
        factory.setProxyTargetClass(true);
        factory.addInterface(WrappedPool.class);
        factory.addAdvice(new PoolProxy(wrapper, beanName));
        try {
            return (DataSource) factory.getProxy(pool.getClass().getClassLoader());
        } catch (AopConfigException notToBeSubclassed) {
            LOG.info("[rm] {} can be injected as a DataSource only", pool, notToBeSubclassed);
            return null;
        }
    }

    /**
     * Has all interfaces of the pool's class in place of the class, which may be any.
     *
     * @return null where they cannot be kept, because they belong to a class loader that knows nothing of this
     */
    static @Nullable DataSource ofInterfaces(DataSource pool, DataSource wrapper, String beanName) {
        var factory = new ProxyFactory(pool);
        factory.addInterface(WrappedPool.class);
        factory.addAdvice(new PoolProxy(wrapper, beanName));
        try {
            return (DataSource) factory.getProxy(pool.getClass().getClassLoader());
        } catch (IllegalArgumentException | AopConfigException notToBeImplemented) {
            LOG.info("[rm] {} can be injected as a DataSource only", pool, notToBeImplemented);
            return null;
        }
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object[] arguments = invocation.getArguments();
        return switch (invocation.getMethod().getName()) {
            case "getConnection" -> connection(invocation);
            case "createConnectionBuilder" -> wrapper.createConnectionBuilder();
            case "unwrap" -> {
                Object itself = itself(invocation, (Class<?>) arguments[0]);
                yield itself == null ? wrapper.unwrap((Class<?>) arguments[0]) : itself;
            }
            case "isWrapperFor" ->
                itself(invocation, (Class<?>) arguments[0]) != null || wrapper.isWrapperFor((Class<?>) arguments[0]);
            case "pool" ->
                invocation.getMethod().getDeclaringClass() == WrappedPool.class
                        ? invocation.getThis()
                        : invocation.proceed();
            default -> ofThePool(invocation);
        };
    }

    private @Nullable Object connection(MethodInvocation invocation) throws Throwable {
        Object[] arguments = invocation.getArguments();
        if (arguments.length == 0) {
            return wrapper.getConnection();
        }
        return Arrays.equals(invocation.getMethod().getParameterTypes(), USER_AND_PASSWORD)
                ? wrapper.getConnection((String) arguments[0], (String) arguments[1])
                : ofThePool(invocation);
    }

    private @Nullable Object ofThePool(MethodInvocation invocation) throws Throwable {
        Method method = invocation.getMethod();
        if (wrapper instanceof RoutingGuard guard) {
            return asked(invocation.proceed(), method, guard);
        }
        if (!handsOutConnections(method)) {
            return invocation.proceed();
        }
        requireOutside(method);
        Object given = invocation.proceed();
        return given instanceof Connection connection && method.getReturnType() == Connection.class
                ? OutsideConnection.around(connection, () -> requireOutside(method))
                : given;
    }

    private static @Nullable Object asked(@Nullable Object given, Method method, RoutingGuard guard)
            throws SQLException {
        if (!(given instanceof Connection connection) || method.getReturnType() != Connection.class) {
            return given;
        }
        try {
            return guard.wrap(connection);
        } catch (SQLException refused) {
            throw asDeclared(refused, method);
        }
    }

    private void requireOutside(Method method) throws SQLException {
        try {
            OutsideOnly.require(() -> "DataSource '" + beanName + "': what its method " + method.getName()
                    + " gives takes no part in global transactions. What is written there would not be undone, so it is"
                    + " refused. Take connections from getConnection(), or leave the data source out by"
                    + " seata.excludes-for-auto-proxying=" + beanName + ".");
        } catch (SQLException refused) {
            throw asDeclared(refused, method);
        }
    }

    /** @throws IllegalStateException if the method may throw no SQLException */
    private static SQLException asDeclared(SQLException refused, Method method) {
        if (Arrays.stream(method.getExceptionTypes()).noneMatch(type -> type.isInstance(refused))) {
            throw new IllegalStateException(refused.getMessage(), refused);
        }
        return refused;
    }

    /** A connection itself, what holds one, what makes one, or one to come; not those that are in use already. */
    private static boolean handsOutConnections(Method method) {
        Class<?> given = method.getReturnType();
        return isConnection(given)
                || ((Future.class.isAssignableFrom(given) || CompletionStage.class.isAssignableFrom(given))
                        && method.getGenericReturnType() instanceof ParameterizedType generic
                        && Arrays.stream(generic.getActualTypeArguments())
                                .anyMatch(type -> type instanceof Class<?> known && isConnection(known)));
    }

    private static boolean isConnection(Class<?> type) {
        return Connection.class.isAssignableFrom(type)
                || PooledConnection.class.isAssignableFrom(type)
                || ConnectionBuilder.class.isAssignableFrom(type)
                || PooledConnectionBuilder.class.isAssignableFrom(type)
                || XAConnectionBuilder.class.isAssignableFrom(type);
    }

    /** The proxy where it is of the type: what it wraps is not, to those who derive another pool from what they are given. */
    private static @Nullable Object itself(MethodInvocation invocation, Class<?> type) {
        Object proxy = ((ProxyMethodInvocation) invocation).getProxy();
        return type.isInstance(proxy) ? proxy : null;
    }
}
