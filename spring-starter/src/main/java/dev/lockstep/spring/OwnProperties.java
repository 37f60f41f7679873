package dev.lockstep.spring;

import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/** Looks for properties {@code lockstep.*} that there are not: a setting that has no effect is not noticed otherwise. */
final class OwnProperties {

    private static final Logger LOG = LoggerFactory.getLogger(OwnProperties.class);

    private static final String ROOT = "lockstep";

    private final Set<String> known = new HashSet<>();

    OwnProperties() {
        addAll(ROOT, LockstepProperties.class);
    }

    private void addAll(String prefix, Class<?> group) {
        for (RecordComponent component : group.getRecordComponents()) {
            String name = prefix + "." + component.getName();
            if (component.getType().isRecord()) {
                addAll(name, component.getType());
            } else {
                known.add(NamesSet.uniform(name));
            }
        }
    }

    /** Says once what the application sets and nobody reads. */
    void tellOfOthers(Environment environment) {
        Set<String> unknown = new TreeSet<>();
        for (String name : NamesSet.under(ROOT, environment)) {
            // System properties of such names tell things to tests and tools of ours.
            if (!known.contains(NamesSet.uniform(name)) && System.getProperty(name) == null) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            LOG.warn("[starter] Properties that nobody knows, perhaps misspelt: {}", unknown);
        }
    }
}
