package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class OfficialPropertiesTest {

    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"((?:seata|spring\\.cloud)\\.[^\"]+)\"");

    private final OfficialProperties properties = new OfficialProperties();

    @Test
    void every_property_in_the_metadata_of_the_official_starter_has_its_line() throws IOException {
        Set<String> official = officialNames();
        Set<String> known = properties.entries().stream()
                .map(OfficialProperties.Entry::name)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(official).hasSizeGreaterThan(150);
        assertThat(known).containsAll(official);
    }

    @Test
    void every_line_is_shown_to_editors_by_our_own_metadata() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (var metadata : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                shown.addAll(names(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }

        assertThat(shown).contains("seata.transport.shutdown.wait");
        assertThat(properties.entries())
                .extracting(OfficialProperties.Entry::name)
                .allMatch(shown::contains);
    }

    @Test
    void the_migration_guide_has_the_same_table() throws IOException {
        List<String> guide = Files.readAllLines(Path.of("../docs/migration-from-seata.md"));

        assertThat(guide.stream().filter(line -> line.startsWith("| `seata.") || line.startsWith("| `spring.cloud.")))
                .containsExactlyElementsOf(properties.entries().stream()
                        .map(OfficialPropertiesTest::lineOfTheGuide)
                        .toList());
    }

    private static String lineOfTheGuide(OfficialProperties.Entry entry) {
        String verdict = entry.only() != null ? "only " + entry.only() : entry.effective() ? "served" : "no effect";
        return "| `" + entry.name() + "` | " + verdict + " | " + entry.text() + " |";
    }

    @ParameterizedTest
    @CsvSource({
        "seata.client.tm.degrade-check, true, false",
        "seata.client.tm.degradeCheck, true, false",
        "seata.client.undo.log-serialization, kryo, jackson",
        "seata.saga.enabled, true, false",
        "seata.transport.type, unix-domain-socket, TCP",
        "seata.config.type, nacos, file",
        "seata.data-source-proxy-mode, XA, AT"
    })
    void a_value_that_asks_for_what_is_not_served_is_refused_with_the_line_to_write(
            String name, String value, String served) {
        var environment = environment(name, value);

        assertThatThrownBy(() -> properties.refuseOthers(environment))
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("is '" + value + "', and only " + served + " is served")
                .hasMessageContaining("=" + served + "\n");
    }

    @Test
    void the_one_value_that_is_served_is_taken_in_any_case() {
        assertThatCode(() -> properties.refuseOthers(environment("seata.transport.type", "tcp")))
                .doesNotThrowAnyException();
    }

    @Test
    void what_has_no_effect_is_said_once_and_what_nobody_knows_is_told_apart(CapturedOutput output) {
        MockEnvironment environment = environment("seata.client.rm.sagaJsonParser", "fastjson")
                .withProperty("seata.registry.nacos.server-addr", "127.0.0.1:8848")
                .withProperty("seata.service.vgroup-mapping.any_group", "default")
                .withProperty("seata.scan-packages[0]", "com.example")
                .withProperty("seata.clinet.rm.lock.retry-times", "5");

        properties.tellOfOthers(environment);

        assertThat(output.getAll().lines().filter(line -> line.contains("INFO") || line.contains("WARN")))
                .hasSize(2)
                .anyMatch(line -> line.contains(
                        "without effect here: [seata.client.rm.saga-json-parser, seata.registry.nacos.server-addr]"))
                .anyMatch(line -> line.contains("[seata.clinet.rm.lock.retry-times]"));
    }

    @Test
    void what_has_no_effect_is_said_of_environment_variables_too(CapturedOutput output) {
        var environment = new MockEnvironment();
        environment
                .getPropertySources()
                .addLast(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of(
                                "SEATA_CLIENT_RM_SAGAJSONPARSER", "fastjson",
                                "SEATA_LOG_EXCEPTIONRATE", "100",
                                "SEATA_CLIENT_RM_LOCK_RETRYTIMES", "5",
                                "SEATA_HOME", "/opt/seata")));
        ConfigurationPropertySources.attach(environment);

        properties.tellOfOthers(environment);

        assertThat(output.getAll().lines().filter(line -> line.contains("INFO") || line.contains("WARN")))
                .singleElement(STRING)
                .contains("without effect here: [seata.client.rm.saga-json-parser, seata.log.exception-rate]");
    }

    private static MockEnvironment environment(String name, String value) {
        var environment = new MockEnvironment().withProperty(name, value);
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    /** From the jars of both official lines, which the build fetches. */
    private static Set<String> officialNames() throws IOException {
        List<Path> jars;
        try (var found = Files.list(Path.of(System.getProperty("official.metadata")))) {
            jars = found.toList();
        }
        assertThat(jars).hasSize(4);
        Set<String> names = new TreeSet<>();
        for (Path jar : jars) {
            try (var zip = new ZipFile(jar.toFile());
                    InputStream in = zip.getInputStream(zip.getEntry("META-INF/spring-configuration-metadata.json"))) {
                // Only the properties: the groups before them have names too.
                String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                names.addAll(names(json.substring(json.indexOf("\"properties\""))));
            }
        }
        names.removeIf(name -> name.endsWith("-x-a")); // misspelt there: bound from ...-xa
        return names;
    }

    private static List<String> names(String json) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(json);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
