package dev.lockstep.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The names of the properties that an application sets. */
final class NamesSet {

    private NamesSet() {}

    /** Those below a root, as the sources spell them, without environment variables: these could mean too many other things. */
    static List<String> under(String root, Environment environment) {
        ConfigurationPropertyName above = ConfigurationPropertyName.of(root);
        List<String> names = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                iterable.stream().filter(above::isAncestorOf).forEach(name -> names.add(name.toString()));
            }
        }
        return names;
    }

    /** One spelling for all that Spring takes for the same name; an element of a list counts as the list. */
    static String uniform(String name) {
        // Few have an element, and hundreds are looked at while an application starts.
        String whole = name.indexOf('[') < 0 ? name : name.replaceAll("\\[\\d+]", "");
        return whole.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
