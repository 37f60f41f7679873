package dev.lockstep.rm.at.sql;

import java.util.Arrays;

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

    /** Where the facts of a token stand in {@link #facts}, and how many there are. */
    private static final int START = 0;

    private static final int END = 1;
    private static final int PARAMETERS_BEFORE = 2;
    private static final int MARK = 3;
    private static final int FACTS = 4;

    private final String sql;
    private Kind[] kinds;
    private int[] facts;
    private int size;
    private int parameters;

    Tokens(String sql) {
        this.sql = sql;
        // Statements have three to six characters a token; most of them then never grow the arrays.
        var expected = 8 + sql.length() / 3;
        this.kinds = new Kind[expected];
        this.facts = new int[FACTS * expected];
    }

    void add(Kind kind, int start, int end) {
        add(kind, start, end, 0);
    }

    /** @param hash see {@link WordSet#hash}: by it words are compared before their letters are */
    void addWord(int start, int end, int hash) {
        add(Kind.WORD, start, end, hash);
    }

    void addSymbol(char symbol, int start, int end) {
        add(Kind.SYMBOL, start, end, symbol);
    }

    private void add(Kind kind, int start, int end, int mark) {
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * size);
            facts = Arrays.copyOf(facts, 2 * FACTS * size);
        }
        kinds[size] = kind;
        var first = FACTS * size;
        facts[first + START] = start;
        facts[first + END] = end;
        facts[first + PARAMETERS_BEFORE] = parameters;
        facts[first + MARK] = mark;
        size++;
        if (kind == Kind.PARAMETER) {
            parameters++;
        }
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
        return facts[FACTS * token + START];
    }

    int end(int token) {
        return facts[FACTS * token + END];
    }

    /** The hash of a word, the character of a symbol. */
    private int mark(int token) {
        return facts[FACTS * token + MARK];
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

    /** Whether the token is written so. */
    boolean isText(int token, String text) {
        return end(token) - start(token) == text.length() && sql.startsWith(text, start(token));
    }

    /** Whether the token is the bare word {@code word}, which is given in upper case. */
    boolean is(int token, String word) {
        return kind(token) == Kind.WORD
                && mark(token) == word.hashCode()
                && WordSet.isWord(sql, start(token), end(token), word);
    }

    /** Whether two tokens from {@code token} on are these bare words. */
    boolean are(int token, String first, String second) {
        return is(token, first) && is(token + 1, second);
    }

    /** Whether three tokens from {@code token} on are these bare words. */
    boolean are(int token, String first, String second, String third) {
        return is(token, first) && is(token + 1, second) && is(token + 2, third);
    }

    /** Whether the token is a bare word of this set. */
    boolean isIn(int token, WordSet words) {
        return kind(token) == Kind.WORD && words.contains(sql, start(token), end(token), mark(token));
    }

    /** Whether the token is this character of punctuation. */
    boolean isSymbol(int token, char symbol) {
        return kind(token) == Kind.SYMBOL && mark(token) == symbol;
    }

    /** The character of punctuation; a NUL if the token is something else. */
    char symbol(int token) {
        return kind(token) == Kind.SYMBOL ? (char) mark(token) : '\0';
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
        var before = parametersBefore(from);
        var text = to == from + 1 && kinds[from] == Kind.PARAMETER ? "?" : sql.substring(start(from), end(to - 1));
        return new Slice(text, before + 1, parametersBefore(to) - before);
    }

    private int parametersBefore(int token) {
        return token == size ? parameters : facts[FACTS * token + PARAMETERS_BEFORE];
    }
}
