package dev.lockstep.spring;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** The part of {@link DataSourceWrapping} that knows Spring's own data sources; loaded only where spring-jdbc is. */
final class SpringDataSources {

    private SpringDataSources() {}

    static boolean isSettled(DataSource dataSource, String beanName, DataSourceWrapping wrapping) {
        if (dataSource instanceof AbstractRoutingDataSource routing) {
            wrapTargets(routing, beanName, wrapping);
            return true;
        }
        if (dataSource instanceof DelegatingDataSource delegating) {
            DataSource target = delegating.getTargetDataSource();
            return target != null && wrapping.isSettled(target, beanName);
        }
        return false;
    }

    /**
     * Each target is a resource of its own, with its own resource id and undo log table; the routing data source around
     * them is none.
     */
    private static void wrapTargets(AbstractRoutingDataSource routing, String beanName, DataSourceWrapping wrapping) {
        Map<Object, DataSource> targets = routing.getResolvedDataSources();
        DataSource defaultTarget = routing.getResolvedDefaultDataSource();
        Map<DataSource, DataSource> replacements = new IdentityHashMap<>();
        targets.values().forEach(target -> replacements.computeIfAbsent(target, t -> wrapping.wrap(t, beanName)));
        if (defaultTarget != null) {
            replacements.computeIfAbsent(defaultTarget, t -> wrapping.wrap(t, beanName));
        }
        if (replacements.entrySet().stream().allMatch(pair -> pair.getKey() == pair.getValue())) {
            return;
        }
        Map<Object, Object> wrapped = new HashMap<>();
        targets.forEach((key, target) -> wrapped.put(key, replacements.get(target)));
        routing.setTargetDataSources(wrapped);
        if (defaultTarget != null) {
            routing.setDefaultTargetDataSource(replacements.get(defaultTarget));
        }
        routing.afterPropertiesSet();
        requireWrapped(routing, beanName, wrapping);
    }

    /** A subclass may have put its own targets back, and writes through them would have no undo. */
    private static void requireWrapped(
            AbstractRoutingDataSource routing, String beanName, DataSourceWrapping wrapping) {
        boolean settled = isSettledTarget(routing.getResolvedDefaultDataSource(), beanName, wrapping)
                && routing.getResolvedDataSources().values().stream()
                        .allMatch(target -> isSettledTarget(target, beanName, wrapping));
        if (!settled) {
            throw new SeataConfigurationException(
                    "The routing DataSource '" + beanName + "' ("
                            + routing.getClass().getName()
                            + ") makes its targets by itself, so they cannot take part in global transactions: what is written"
                            + " through them would not be undone.",
                    "Declare the targets as beans of their own and inject them, or leave the whole data source out by"
                            + "\n\n    seata.excludes-for-auto-proxying=" + beanName + "\n");
        }
    }

    private static boolean isSettledTarget(@Nullable DataSource target, String beanName, DataSourceWrapping wrapping) {
        return target == null || wrapping.isSettled(target, beanName);
    }
}
