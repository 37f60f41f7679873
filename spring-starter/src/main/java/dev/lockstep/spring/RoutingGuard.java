package dev.lockstep.spring;

import dev.lockstep.rm.jdbc.DelegatingConnection;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.springframework.util.ReflectionUtils;

/**
 * Stands before a data source that chooses where it leads, whose targets were wrapped when it was made or by the application, and
 * lets no other target's connection into a global transaction: what is written through a target that came later, or that the routing
 * looks up by itself, would not be undone. A connection of such a target that was taken before the global transaction came is an
 * {@link OutsideConnection}, which runs nothing inside.
 *
 * <p>Asks each connection, since a routing may choose another target each time. Thread-safe if the routing data source is.
 */
final class RoutingGuard extends DelegatingDataSource {

    private final String beanName;
    private final BooleanSupplier isExcludedNow;

    private RoutingGuard(DataSource routing, String beanName, BooleanSupplier isExcludedNow) {
        super(routing);
        this.beanName = beanName;
        this.isExcludedNow = isExcludedNow;
    }

    /**
     * Of the routing's own class where that can be, because applications add their targets by its methods.
     *
     * @param beanName for messages
     * @param isExcludedNow whether the target that this thread is routed to was left out on purpose
     */
    static DataSource before(DataSource routing, String beanName, BooleanSupplier isExcludedNow) {
        var guard = new RoutingGuard(routing, beanName, isExcludedNow);
        DataSource ofSameClass = hasFinalMethods(routing.getClass()) ? null : PoolProxy.of(routing, guard, beanName);
        return ofSameClass == null ? guard : ofSameClass;
    }

    /** Such a method would run on the proxy itself, whose fields are empty. */
    private static boolean hasFinalMethods(Class<?> type) {
        return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
                .filter(method -> method.getDeclaringClass() != Object.class)
                .map(Method::getModifiers)
                .anyMatch(modifiers ->
                        Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers));
    }

    @Override
    protected Connection wrap(Connection connection) throws SQLException {
        try {
            if (connection.isWrapperFor(DelegatingConnection.class) || isExcludedNow.getAsBoolean()) {
                return connection;
            }
            requireOutside("the connection was given back and nothing was written");
        } catch (SQLException | RuntimeException refused) {
            close(connection, refused);
            throw refused;
        }
        return OutsideConnection.around(
                connection,
                () -> requireOutside("the statement was not run on the connection, which was taken before"));
    }

    private void requireOutside(String refused) throws SQLException {
        OutsideOnly.require(() -> "The DataSource '" + beanName + "' ("
                + delegate().getClass().getName()
                + ") led to a target that does not take part in global transactions, as one that was added after the"
                + " start, or that it looks up by itself; or to a connection that does not say by isWrapperFor that it"
                + " holds one that does. What is written there would not be undone, so "
                + refused
                + ". Add the target as a bean, or as what ResourceManager.wrap"
                + " gives for it; or leave the whole data source out by seata.excludes-for-auto-proxying="
                + beanName + ".");
    }

    private static void close(Connection connection, Exception refused) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            refused.addSuppressed(e);
        }
    }
}
