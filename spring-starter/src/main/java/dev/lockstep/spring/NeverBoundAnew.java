package dev.lockstep.spring;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * The beans that Spring Cloud is not to bind to their properties anew when these change. It would bind the properties of a pool to
 * what stands around it, which fails; or make a second pool in its place, which nobody uses; or end the life of a pool that goes on. By
 * itself it leaves alone just that pool which cannot change while it is in use, Hikari.
 *
 * <p>As a property, since Spring Cloud reads one at each refresh. Thread-safe.
 */
final class NeverBoundAnew extends PropertySource<Set<String>> {

    private static final String REBINDER =
            "org.springframework.cloud.context.properties.ConfigurationPropertiesRebinder";

    /** Names of classes and beans. */
    private static final String PROPERTY = "spring.cloud.refresh.never-refreshable";

    private static final String DEFAULT = "com.zaxxer.hikari.HikariDataSource";

    /** Cannot change; trying to would be logged as trouble at each refresh. */
    private static final List<String> OURS =
            List.of(SeataProperties.class.getName(), LockstepProperties.class.getName());

    private final String before;

    private NeverBoundAnew(String before) {
        super(NeverBoundAnew.class.getName(), ConcurrentHashMap.newKeySet());
        this.before = before;
        getSource().addAll(OURS);
    }

    /** Does nothing without Spring Cloud. */
    static void add(String beanName, ConfigurableEnvironment environment) {
        if (!ClassUtils.isPresent(REBINDER, NeverBoundAnew.class.getClassLoader())) {
            return;
        }
        PropertySource<?> known = environment.getPropertySources().get(NeverBoundAnew.class.getName());
        if (!(known instanceof NeverBoundAnew)) {
            known = new NeverBoundAnew(environment.getProperty(PROPERTY, DEFAULT));
            environment.getPropertySources().addFirst(known);
        }
        ((NeverBoundAnew) known).getSource().add(beanName);
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return name.equals(PROPERTY) ? before + "," + String.join(",", getSource()) : null;
    }
}
