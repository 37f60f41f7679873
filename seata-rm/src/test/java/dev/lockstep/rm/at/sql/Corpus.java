package dev.lockstep.rm.at.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The statements of {@code sql-corpus.txt}. */
final class Corpus {

    record Case(String database, String tag, String sql) {
        SqlRules rules() {
            return tag.startsWith("mariadb-") ? Databases.MARIADB : Databases.BY_NAME.get(database);
        }
    }

    static List<Case> cases() {
        return lines("sql-corpus.txt").stream()
                .map(line -> line.split("\t", 3))
                .map(parts -> new Case(parts[0], parts[1], parts[2].replace("<NL>", "\n")))
                .toList();
    }

    static List<String> lines(String resource) {
        return text(resource)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    static String text(String resource) {
        try (var stream = Corpus.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Corpus() {}
}
