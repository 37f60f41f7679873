package dev.lockstep.rm.at.sql;

import java.util.Arrays;
import java.util.Locale;

/**
 * The tokens of one statement, without comments and blanks. Written by {@link Lexer}, then only read. Asking behind the
 * last token or before the first gives the kind {@link Kind#END}.
 */
final class Tokens {

    enum Kind {
        /** A bare identifier or keyword. */
        WORD,
        /** A quoted identifier. */
        QUOTED,
        /** A plain string in single quotes whose content is what stands between them, doubled quotes aside. */
        STRING,
        /** Any other string. */
        TEXT,
        NUMBER,
        /** A {@code ?} that counts. */
        PARAMETER,
        /** A parameter that carries its own number. */
        NUMBERED_PARAMETER,
        /** A variable of the session. */
        VARIABLE,
        /** A single character of punctuation or of an operator; {@code ??} where that is the operator {@code ?}. */
        SYMBOL,
        /** A comment that some versions run. */
        EXECUTABLE_COMMENT,
        /** A string, name or comment without its end: nothing behind it can be read. */
        UNTERMINATED,
        /** No token. */
        END
    }

    private static final int LONGEST_EXCERPT = 60;

    private final String sql;
    private Kind[] kinds;
    private int[] bounds;
    private int size;
    private int[] parameters = new int[8];
    private int parameterCount;

    Tokens(String sql) {
        this.sql = sql;
        // About five characters a token; most statements then never grow the arrays.
        var expected = Math.max(16, sql.length() / 4);
        this.kinds = new Kind[expected];
        this.bounds = new int[2 * expected];
    }

    void add(Kind kind, int start, int end) {
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * size);
            bounds = Arrays.copyOf(bounds, 4 * size);
        }
        if (kind == Kind.PARAMETER) {
            if (parameterCount == parameters.length) {
                parameters = Arrays.copyOf(parameters, 2 * parameterCount);
            }
            parameters[parameterCount++] = size;
        }
        kinds[size] = kind;
        bounds[2 * size] = start;
        bounds[2 * size + 1] = end;
        size++;
    }

    String sql() {
        return sql;
    }

    int size() {
        return size;
    }

    Kind kind(int token) {
        return token < 0 || token >= size ? Kind.END : kinds[token];
    }

    int start(int token) {
        return bounds[2 * token];
    }

    int end(int token) {
        return bounds[2 * token + 1];
    }

    /** The token as written. */
    String text(int token) {
        return kind(token) == Kind.END ? "the end of the statement" : sql.substring(start(token), end(token));
    }

    /** The token for a message: not longer than a line. */
    String excerpt(int token) {
        var text = text(token);
        return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "...";
    }

    /** Whether the token is the bare word {@code word}, which is given in upper case. */
    boolean is(int token, String word) {
        if (kind(token) != Kind.WORD) {
            return false;
        }
        var length = end(token) - start(token);
        if (length == word.length()) {
            return sql.regionMatches(true, start(token), word, 0, length);
        }
        // A ligature is one letter that folds to two. Nearly every word asked about is plain, and another one.
        return !isAscii(token) && text(token).toUpperCase(Locale.ROOT).equals(word);
    }

    private boolean isAscii(int token) {
        for (int at = start(token); at < end(token); at++) {
            if (sql.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Whether the tokens from {@code token} on are these bare words, given in upper case. */
    boolean are(int token, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!is(token + i, words[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the token is a bare word of this set. */
    boolean isIn(int token, WordSet words) {
        return kind(token) == Kind.WORD && words.contains(sql, start(token), end(token));
    }

    /** Whether the token is this character of punctuation. */
    boolean isSymbol(int token, char symbol) {
        return kind(token) == Kind.SYMBOL && sql.charAt(start(token)) == symbol;
    }

    /** Whether the token names something: a bare word or a quoted one. */
    boolean isName(int token) {
        var kind = kind(token);
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /** Whether no blank or comment stands between this token and the next. */
    boolean touchesNext(int token) {
        return token + 1 < size && end(token) == start(token + 1);
    }

    /** The tokens from {@code from} to before {@code to} as a stretch of the text; there is at least one. */
    Slice slice(int from, int to) {
        var first = parametersBefore(from);
        return new Slice(sql.substring(start(from), end(to - 1)), first + 1, parametersBefore(to) - first);
    }

    /** How many parameters that count stand before this token. */
    private int parametersBefore(int token) {
        var found = Arrays.binarySearch(parameters, 0, parameterCount, token);
        return found >= 0 ? found : -found - 1;
    }
}
