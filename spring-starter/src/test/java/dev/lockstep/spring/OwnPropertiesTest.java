package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.RpcOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class OwnPropertiesTest {

    private static final Pattern ROW = Pattern.compile("\\| `(lockstep\\.[a-z.-]+)` \\| (?:`([^`]*)`)? ?\\|.*");

    @Test
    void a_property_that_is_misspelt_is_named_once(CapturedOutput output) {
        var environment = new MockEnvironment()
                .withProperty("lockstep.failfast.tc", "true")
                .withProperty("lockstep.lockKeys", "both")
                .withProperty("lockstep.uncaptured-tables[0]", "audit")
                .withProperty("lockstep.tc.max-conections", "2");
        ConfigurationPropertySources.attach(environment);

        new OwnProperties().tellOfOthers(environment);

        assertThat(output.getAll().lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .endsWith("[lockstep.tc.max-conections]");
    }

    @Test
    void the_table_of_the_documentation_has_every_property_with_its_default() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), Objects.requireNonNullElse(row.group(2), ""));
            }
        }

        assertThat(documented).isEqualTo(defaultsInTheMetadata());
    }

    @Test
    void the_defaults_told_for_connections_are_those_of_the_transport() throws IOException {
        RpcOptions transport = RpcOptions.builder("shop", "group").build();
        Map<String, String> told = defaultsInTheMetadata();

        assertThat(duration(told, "connect-timeout")).isEqualTo(transport.connectTimeout());
        assertThat(duration(told, "idle-time")).isEqualTo(transport.idleTime());
        assertThat(duration(told, "report-linger")).isEqualTo(transport.reportLinger());
        assertThat(told)
                .containsEntry("lockstep.tc.keep-alive", "" + transport.keepAlive())
                .containsEntry("lockstep.tc.max-connections", "" + transport.maxConnections())
                .containsEntry("lockstep.tc.report-batch-size", "" + transport.reportBatchSize())
                .containsEntry("lockstep.tc.spare-reports", "" + transport.spareReports())
                .containsEntry("lockstep.tc.warm-up", "" + transport.warmUp());
    }

    private static Duration duration(Map<String, String> defaults, String name) {
        return DurationStyle.detectAndParse(defaults.get("lockstep.tc." + name));
    }

    private static Map<String, String> defaultsInTheMetadata() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        // Past the class path, where beans of tests have metadata of their own.
        String text = Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
        Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(text);
        for (Object one : (List<?>) metadata.get("properties")) {
            var property = (Map<?, ?>) one;
            if (((String) property.get("name")).startsWith("lockstep.")) {
                Object value = property.get("defaultValue");
                defaults.put(
                        (String) property.get("name"),
                        value == null ? "" : value.toString().toLowerCase(Locale.ROOT));
            }
        }
        return defaults;
    }
}
