package dev.lockstep.rm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages tell users to run is what the jar holds. */
class UndoLogScriptsTest {

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "postgresql"})
    void the_first_page_shows_the_script_of_the_jar(String database) throws IOException {
        String page = Files.readString(Path.of("../docs/getting-started.md"));
        assertThat(page).contains("```sql\n" + statements(database) + "\n```");
    }

    private static String statements(String database) throws IOException {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/" + database + ".sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"));
        }
    }
}
