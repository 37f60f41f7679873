package dev.lockstep.spring;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Keeps Spring Cloud from binding the properties of a pool to what stands around it, when they change: that is of another class, and
 * the refresh would fail. Without it Spring Cloud leaves alone just that pool which cannot change while it is in use, Hikari.
 */
final class NeverBoundAnew {

    private static final String REBINDER =
            "org.springframework.cloud.context.properties.ConfigurationPropertiesRebinder";

    /** Names of classes and beans; read at each refresh. */
    private static final String PROPERTY = "spring.cloud.refresh.never-refreshable";

    private static final String DEFAULT = "com.zaxxer.hikari.HikariDataSource";

    private NeverBoundAnew() {}

    static void tell(ConfigurableEnvironment environment, Class<?>... wrappers) {
        String source = NeverBoundAnew.class.getName();
        if (ClassUtils.isPresent(REBINDER, NeverBoundAnew.class.getClassLoader())
                && !environment.getPropertySources().contains(source)) {
            String names = Stream.concat(
                            Stream.of(environment.getProperty(PROPERTY, DEFAULT)),
                            Stream.of(wrappers).map(Class::getName))
                    .collect(Collectors.joining(","));
            environment.getPropertySources().addFirst(new MapPropertySource(source, Map.of(PROPERTY, names)));
        }
    }
}
