package dev.lockstep.spring;

import java.lang.reflect.RecordComponent;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Ends the start where a switch or a number of ours is there and empty, as by a placeholder for a variable that is missing: Spring's
 * conditions take that for off and its binder for absent, so data sources could be left out by it, or everything, without a word.
 * As a condition, ahead of all others, since these decide by such switches.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoEmptySetting implements ConfigurationCondition {

    private static final Set<Class<?>> NEVER_EMPTY = Set.of(Boolean.class, Integer.class);

    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.PARSE_CONFIGURATION;
    }

    /** @throws SeataConfigurationException that names the property */
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        if (!isSwitchedOff(environment)) {
            refuse("seata", SeataProperties.class, environment);
            refuse("lockstep", LockstepProperties.class, environment);
        }
        return true;
    }

    /** By a word, and as the conditions read it; nobody reads the other settings then. */
    private static boolean isSwitchedOff(Environment environment) {
        String enabled = environment.getProperty("seata.enabled", "true");
        return !enabled.isBlank() && !enabled.equalsIgnoreCase("true")
                || "true".equalsIgnoreCase(environment.getProperty("seata.service.disable-global-transaction"));
    }

    private static void refuse(String prefix, Class<?> group, Environment environment) {
        for (RecordComponent component : group.getRecordComponents()) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                refuse(name, component.getType(), environment);
            } else if (NEVER_EMPTY.contains(component.getType())) {
                String value = environment.getProperty(name);
                if (value != null && value.isBlank()) {
                    throw new SeataConfigurationException(
                            name
                                    + " is there and empty, perhaps by a placeholder for something that is missing, so nobody can"
                                    + " tell what was meant.",
                            "Write a value, or remove the property.");
                }
            }
        }
    }
}
