package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator's table of log lines against the code of every module that an application runs. */
class LogLinesTest {

    private static final Pattern CALL = Pattern.compile("\\b(?:log|LOG)\\s*\\.(?:warn|error)\\(");
    private static final Pattern CALL_OF_A_LITERAL =
            Pattern.compile("\\b(?:log|LOG)\\s*\\.(warn|error)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*+\"\\s*\\+?\\s*)++)");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"");
    private static final Pattern TEXT = Pattern.compile("`([^`]+)`");

    /** @param source the whole file, for lines that only pass a message on */
    private record Written(String level, String line, String source) {

        boolean isMessageOfItsFile() {
            return line.equals("[starter] {}") || line.equals("[starter] {}: {}");
        }
    }

    private record Row(String level, String begins) {

        /** Whether that line begins so; {@code ...} stands for anything. */
        boolean describes(Written written) {
            if (!level.equals(written.level())) {
                return false;
            }
            String[] parts = begins.replace("[xid]", "[...]").split("\\.\\.\\.", -1);
            return written.isMessageOfItsFile() ? isIn(written.source(), parts) : isStartOf(written.line(), parts);
        }

        private static boolean isStartOf(String line, String[] parts) {
            int from = 0;
            for (String part : parts) {
                int at = line.indexOf(part, from);
                if (at < 0 || (from == 0 && at > 0)) {
                    return false;
                }
                from = at + part.length();
            }
            return true;
        }

        private static boolean isIn(String source, String[] parts) {
            return parts[0].startsWith("[starter] ")
                    && Stream.of(parts)
                            .map(part -> part.replace("[starter] ", "").strip())
                            .allMatch(source::contains);
        }
    }

    @Test
    void every_line_of_the_table_is_written_somewhere() throws IOException {
        List<Written> written = written();

        assertThat(rows())
                .hasSizeGreaterThan(40)
                .allMatch(row -> written.stream().anyMatch(row::describes), "is written by some log call in src/main");
    }

    @Test
    void every_warning_and_every_error_stands_in_the_table() throws IOException {
        List<Row> rows = rows();

        assertThat(written())
                .hasSizeGreaterThan(40)
                .filteredOn(written -> rows.stream().noneMatch(row -> row.describes(written)))
                .extracting(written -> written.level() + " " + written.line())
                .as("lines that docs/operations.md, section \"Log lines that want attention\", does not explain")
                .isEmpty();
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .dropWhile(line -> !line.contains("checked by LogLinesTest: begin"))
                .takeWhile(line -> !line.contains("checked by LogLinesTest: end"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|"))
                .flatMap(cells ->
                        TEXT.matcher(cells[1]).results().map(text -> new Row(cells[2].strip(), text.group(1))))
                .toList();
    }

    private static List<Written> written() throws IOException {
        List<Written> written = new ArrayList<>();
        for (String module : List.of("seata-port", "seata-rpc", "seata-tm", "seata-rm", "spring-starter")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> written.addAll(in(file)));
            }
        }
        return written;
    }

    private static List<Written> in(Path file) {
        try {
            String source = Files.readString(file);
            List<Written> written = CALL_OF_A_LITERAL
                    .matcher(source)
                    .results()
                    .map(call -> new Written(
                            call.group(1).toUpperCase(Locale.ROOT), withOwner(joined(call.group(2))), source))
                    .toList();
            assertThat(written)
                    .as("calls in %s whose message begins as a literal", file)
                    .hasSize((int) CALL.matcher(source).results().count());
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String joined(String literals) {
        var text = new StringBuilder();
        Matcher quoted = QUOTED.matcher(literals);
        while (quoted.find()) {
            text.append(quoted.group(1));
        }
        return text.toString();
    }

    /** The transport has the name of a channel with its brackets at hand. */
    private static String withOwner(String line) {
        return line.startsWith("{} ") ? "[channel {}]" + line.substring(2) : line;
    }
}
