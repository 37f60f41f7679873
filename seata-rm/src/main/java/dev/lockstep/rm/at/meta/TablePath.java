package dev.lockstep.rm.at.meta;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.sql.Identifier;
import java.util.ArrayList;
import java.util.List;

/** Splits the name of a table, as undo logs keep it, into its parts. */
public final class TablePath {

    private TablePath() {}

    /**
     * The parts of {@code [catalog.][schema.]table}, each quoted or not.
     *
     * @throws IllegalArgumentException if the text is no such name
     */
    public static List<Identifier> parse(String text, Dialect dialect) {
        char quote = dialect.names().quote().charAt(0);
        List<Identifier> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = at < text.length() && text.charAt(at) == quote
                    ? endOfQuoted(text, at, quote)
                    : endOfPlain(text, at);
            String part = text.substring(at, end);
            if (part.isBlank()) {
                throw new IllegalArgumentException("Not the name of a table: " + text);
            }
            parts.add(identifier(part, quote));
            if (end == text.length()) {
                return parts;
            }
            if (text.charAt(end) != '.') {
                throw new IllegalArgumentException("Not the name of a table: " + text);
            }
            at = end + 1;
        }
    }

    /**
     * Whether the text, read by {@link #parse}, names the same table as the path: not with blanks or comments inside, nor
     * with quotes that are not the dialect's own.
     */
    public static boolean means(String text, List<Identifier> path, Dialect dialect) {
        Identifier only = path.get(0);
        if (path.size() == 1 && !only.quoted() && text.equals(only.name()) && text.indexOf('.') < 0) {
            // Nearly every statement: not worth the reading.
            return true;
        }
        List<Identifier> parsed;
        try {
            parsed = parse(text, dialect);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean same = parsed.size() == path.size();
        for (int i = 0; same && i < parsed.size(); i++) {
            same = dialect.names().stored(parsed.get(i)).equals(dialect.names().stored(path.get(i)));
        }
        return same;
    }

    private static Identifier identifier(String part, char quote) {
        if (part.charAt(0) != quote) {
            return new Identifier(part, part.strip(), false);
        }
        String one = String.valueOf(quote);
        return new Identifier(part, part.substring(1, part.length() - 1).replace(one + one, one), true);
    }

    private static int endOfPlain(String text, int from) {
        int dot = text.indexOf('.', from);
        return dot < 0 ? text.length() : dot;
    }

    private static int endOfQuoted(String text, int from, char quote) {
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw new IllegalArgumentException("Not the name of a table: " + text);
    }
}
