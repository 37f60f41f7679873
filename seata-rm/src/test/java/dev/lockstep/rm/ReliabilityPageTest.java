package dev.lockstep.rm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What docs/reliability.md calls a proof is there: each test that it names, in whichever module. */
final class ReliabilityPageTest {

    private static final Path REPOSITORY = Path.of("..");
    private static final Set<String> NO_SOURCES = Set.of("target", ".git", "resources");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    /** {@code package.Class.method}, without the package or without the method. */
    private static final Pattern TEST =
            Pattern.compile("(?:[a-z]+\\.)*([A-Z]\\w*(?:Test|IT|Contract|Matrix))(?:\\.([a-z]\\w*))?");
    /** Another method of the class before. */
    private static final Pattern ANOTHER = Pattern.compile("\\.([a-z]\\w*)");

    @Test
    void every_test_that_the_page_names_exists() throws IOException {
        Map<String, Path> sources = sources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String row : rows()) {
            String type = "";
            for (Matcher quoted = QUOTED.matcher(row); quoted.find(); ) {
                Matcher test = TEST.matcher(quoted.group(1));
                Matcher another = ANOTHER.matcher(quoted.group(1));
                @Nullable String method;
                if (test.matches()) {
                    type = test.group(1);
                    method = test.group(2);
                } else if (!type.isEmpty() && another.matches()) {
                    method = another.group(1);
                } else {
                    continue;
                }
                named++;
                Path source = sources.get(type);
                if (source == null) {
                    missing.add(type);
                } else if (method != null && !Files.readString(source).contains("void " + method + "(")) {
                    missing.add(type + "." + method);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(60);
    }

    private static List<String> rows() throws IOException {
        List<String> lines = Files.readAllLines(REPOSITORY.resolve("docs/reliability.md"));
        return lines.subList(lines.indexOf("## What is proven where"), lines.size()).stream()
                .filter(line -> line.startsWith("| "))
                .toList();
    }

    /** By the name of the class. */
    private static Map<String, Path> sources() throws IOException {
        Map<String, Path> sources = new HashMap<>();
        Files.walkFileTree(REPOSITORY, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NO_SOURCES.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java")) {
                    sources.put(name.substring(0, name.length() - ".java".length()), file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
