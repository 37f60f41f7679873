package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.json.JsonParserFactory;

/** The defaults stand in the code, and once more in the metadata that editors show. */
class ToldDefaultsTest {

    @Test
    void to_write_all_defaults_that_are_told_changes_nothing() throws IOException {
        Map<String, String> told = told();
        // Their defaults are those of the transport, and a test of their own holds them.
        told.keySet().removeIf(name -> name.startsWith("lockstep.tc."));

        assertThat(told).hasSizeGreaterThan(40);
        assertThat(BoundProperties.of(told)).isEqualTo(BoundProperties.of(Map.of()));
        assertThat(BoundProperties.ofOurs(told)).isEqualTo(BoundProperties.ofOurs(Map.of()));
    }

    @Test
    void each_property_that_has_a_default_tells_it() throws IOException, ReflectiveOperationException {
        Set<String> withDefault = new TreeSet<>();
        addTo(withDefault, "seata", BoundProperties.of(Map.of()));
        addTo(withDefault, "lockstep", BoundProperties.ofOurs(Map.of()));

        assertThat(told().keySet()).containsAll(withDefault);
    }

    private static void addTo(Set<String> names, String prefix, Record group) throws ReflectiveOperationException {
        var constructor = group.getClass().getDeclaredConstructors()[0];
        var components = group.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Name other = constructor.getParameters()[i].getAnnotation(Name.class);
            String name = prefix + "."
                    + DataObjectPropertyName.toDashedForm(other == null ? components[i].getName() : other.value());
            Object value = components[i].getAccessor().invoke(group);
            if (value instanceof Record inner) {
                addTo(names, name, inner);
            } else if (value != null && !isEmpty(value)) {
                names.add(name);
            }
        }
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Collection<?> some && some.isEmpty() || value instanceof Map<?, ?> map && map.isEmpty();
    }

    private static Map<String, String> told() throws IOException {
        Map<String, String> told = new TreeMap<>();
        // Past the class path, where beans of tests have metadata of their own.
        String text = Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
        Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(text);
        for (Object one : (List<?>) metadata.get("properties")) {
            var property = (Map<?, ?>) one;
            String name = (String) property.get("name");
            Object value = property.get("defaultValue");
            if (value != null && (name.startsWith("seata.") || name.startsWith("lockstep."))) {
                told.put(name, value.toString());
            }
        }
        return told;
    }
}
