package dev.lockstep.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The part of {@link DataSourceWrapping} that knows Spring's own data sources; loaded only where spring-jdbc is. */
final class SpringDataSources {

    private static final Logger LOG = LoggerFactory.getLogger(SpringDataSources.class);

    private SpringDataSources() {}

    /** As {@link DataSourceWrapping#settled}. */
    static @Nullable DataSource settled(DataSource dataSource, String beanName, DataSourceWrapping wrapping) {
        if (dataSource instanceof AbstractRoutingDataSource routing) {
            wrapTargets(routing, beanName, wrapping);
            return RoutingGuard.before(routing, beanName, () -> leadsToExcluded(routing, wrapping));
        }
        if (dataSource instanceof DelegatingDataSource delegating) {
            DataSource target = delegating.getTargetDataSource();
            DataSource settled = target == null ? null : wrapping.settled(target, beanName);
            if (settled == null) {
                return null;
            }
            if (settled != target) {
                delegating.setTargetDataSource(settled);
            }
            if (delegating instanceof LazyConnectionDataSourceProxy lazy) {
                wrapReadOnly(lazy, beanName, wrapping);
            }
            return choosesByItself(delegating)
                    ? RoutingGuard.before(delegating, beanName, () -> leadsToExcluded(delegating, wrapping))
                    : delegating;
        }
        return null;
    }

    /** Spring's own ones take their connections where they say; one of the application's may lead past its target. */
    private static boolean choosesByItself(DelegatingDataSource delegating) {
        return !ClassUtils.getUserClass(delegating).getName().startsWith("org.springframework.");
    }

    /** Since Spring 6.1.2 it may have a second target, for transactions that only read, and tells it to nobody. */
    private static void wrapReadOnly(LazyConnectionDataSourceProxy lazy, String beanName, DataSourceWrapping wrapping) {
        Field field = ReflectionUtils.findField(LazyConnectionDataSourceProxy.class, "readOnlyDataSource");
        if (field == null) {
            if (ReflectionUtils.findMethod(lazy.getClass(), "setReadOnlyDataSource", DataSource.class) != null) {
                LOG.warn(
                        "[starter] Whether DataSource '{}' has a data source for reading of its own cannot be seen in this"
                                + " version of Spring; if it has one that is no bean, what is written there is not undone.",
                        beanName);
            }
            return;
        }
        ReflectionUtils.makeAccessible(field);
        if (ReflectionUtils.getField(field, lazy) instanceof DataSource readOnly) {
            lazy.setReadOnlyDataSource(wrapping.wrap(readOnly, beanName));
        }
    }

    /** Whether this thread is led to a data source that was left out on purpose. */
    private static boolean leadsToExcluded(@Nullable DataSource dataSource, DataSourceWrapping wrapping) {
        if (dataSource == null || wrapping.isExcluded(dataSource)) {
            return dataSource != null;
        }
        if (dataSource instanceof AbstractRoutingDataSource routing) {
            return leadsToExcluded(targetNow(routing), wrapping);
        }
        return dataSource instanceof DelegatingDataSource delegating
                && leadsToExcluded(delegating.getTargetDataSource(), wrapping);
    }

    /** What the routing itself keeps to its subclasses. */
    private static @Nullable DataSource targetNow(AbstractRoutingDataSource routing) {
        Method determine = ReflectionUtils.findMethod(AbstractRoutingDataSource.class, "determineTargetDataSource");
        if (determine == null) {
            return null;
        }
        ReflectionUtils.makeAccessible(determine);
        return (DataSource) ReflectionUtils.invokeMethod(determine, routing);
    }

    /**
     * Each target is a resource of its own, with its own resource id and undo log table; the routing data source around
     * them is none.
     */
    private static void wrapTargets(AbstractRoutingDataSource routing, String beanName, DataSourceWrapping wrapping) {
        Map<Object, DataSource> targets = targets(routing);
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
        try {
            routing.afterPropertiesSet();
        } catch (RuntimeException e) {
            throw notReplaced(routing, beanName, e);
        }
        requireWrapped(routing, beanName, wrapping);
    }

    /** None where a subclass looks them up by itself and has Spring resolve nothing: the guard then tells them one by one. */
    private static Map<Object, DataSource> targets(AbstractRoutingDataSource routing) {
        try {
            return routing.getResolvedDataSources();
        } catch (IllegalStateException unresolved) {
            LOG.debug("[starter] {} has no targets that Spring resolved", routing, unresolved);
            return Map.of();
        }
    }

    /** A subclass may have put its own targets back, and writes through them would have no undo. */
    private static void requireWrapped(
            AbstractRoutingDataSource routing, String beanName, DataSourceWrapping wrapping) {
        boolean settled = isSettledTarget(routing.getResolvedDefaultDataSource(), beanName, wrapping)
                && targets(routing).values().stream().allMatch(target -> isSettledTarget(target, beanName, wrapping));
        if (!settled) {
            throw notReplaced(routing, beanName, null);
        }
    }

    private static SeataConfigurationException notReplaced(
            AbstractRoutingDataSource routing, String beanName, @Nullable RuntimeException cause) {
        return new SeataConfigurationException(
                "The routing DataSource '" + beanName + "' ("
                        + routing.getClass().getName()
                        + ") makes its targets by itself, so they cannot take part in global transactions: what is written"
                        + " through them would not be undone.",
                "Declare the targets as beans of their own and inject them, or leave the whole data source out by"
                        + "\n\n    seata.excludes-for-auto-proxying=" + beanName + "\n",
                cause);
    }

    private static boolean isSettledTarget(@Nullable DataSource target, String beanName, DataSourceWrapping wrapping) {
        return target == null || wrapping.settled(target, beanName) != null;
    }
}
