package dev.lockstep.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code compiled against the official types must run on ours: same names, same attributes, same defaults. */
class OfficialTypesTest {

    @ParameterizedTest
    @ValueSource(strings = {"io.seata", "org.apache.seata"})
    void annotations_are_those_of_the_official_client_to_the_last_default(String client) throws Exception {
        try (URLClassLoader official = official(client)) {
            for (String name : List.of("GlobalTransactional", "GlobalLock")) {
                String type = client + ".spring.annotation." + name;
                Class<?> ours = Class.forName(type);
                Class<?> theirs = official.loadClass(type);

                assertThat(ours).isNotSameAs(theirs);
                assertThat(attributes(ours)).isEqualTo(attributes(theirs));
                assertThat(meta(ours)).isEqualTo(meta(theirs));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.seata", "org.apache.seata"})
    void enums_have_the_official_constants_in_the_official_order(String client) throws Exception {
        try (URLClassLoader official = official(client)) {
            for (String name : List.of(".tm.api.transaction.Propagation", ".common.LockStrategyMode")) {
                assertThat(constants(Class.forName(client + name)))
                        .isNotEmpty()
                        .isEqualTo(constants(official.loadClass(client + name)));
            }
        }
    }

    /** Loads nothing but the platform and the one jar, so what loads there, loads alone. */
    private static URLClassLoader official(String client) throws IOException {
        URL jar = Path.of(System.getProperty("official.clients"), client + ".jar")
                .toRealPath()
                .toUri()
                .toURL();
        return new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    }

    private static TreeSet<String> attributes(Class<?> annotation) {
        TreeSet<String> attributes = new TreeSet<>();
        for (Method attribute : annotation.getDeclaredMethods()) {
            Object value = attribute.getDefaultValue();
            String text = value instanceof Object[] array ? Arrays.toString(array) : String.valueOf(value);
            attributes.add(attribute.toGenericString() + " default " + text + " deprecated "
                    + attribute.isAnnotationPresent(Deprecated.class));
        }
        return attributes;
    }

    private static String meta(Class<?> annotation) {
        return annotation.getAnnotation(Retention.class) + " " + annotation.getAnnotation(Target.class) + " "
                + annotation.isAnnotationPresent(Inherited.class);
    }

    private static List<String> constants(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(Object::toString).toList();
    }
}
