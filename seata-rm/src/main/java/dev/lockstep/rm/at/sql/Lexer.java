package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.Tokens.Kind;

/**
 * Cuts a statement into tokens by the rules of one database, in one pass and without recursion: what is a comment, a
 * string or a name there is decided here and nowhere else. Thread-safe.
 */
final class Lexer {

    private static final byte[] WORD_PARTS = wordParts("0123456789_$");
    private static final byte[] WORD_PARTS_AND_HASH = wordParts("0123456789_$#");

    private final boolean backquotedNames;
    private final boolean bracketedNames;
    private final boolean doubleQuotedStrings;
    private final boolean hashInNames;
    private final boolean dollarStartsNames;
    private final boolean digitsStartNames;
    private final boolean atVariables;
    private final boolean backslashEscapes;
    private final boolean escapeStrings;
    private final boolean unicodeStrings;
    private final boolean dollarStrings;
    private final boolean taggedDollarStrings;
    private final boolean hashComments;
    private final boolean slashComments;
    private final boolean dashesNeedBlank;
    private final boolean carriageReturnEndsLine;
    private final boolean nestedComments;
    private final boolean executableComments;
    private final boolean unicodeBlanks;
    private final boolean doubledQuestionMark;

    /** What an ASCII character adds to the hash of a bare word: itself in upper case; 0 where it ends the word. */
    private final byte[] wordParts;

    Lexer(SqlRules rules) {
        backquotedNames = rules.has(SqlFact.BACKQUOTED_NAMES);
        bracketedNames = rules.has(SqlFact.BRACKETED_NAMES);
        doubleQuotedStrings = rules.has(SqlFact.DOUBLE_QUOTED_STRINGS);
        hashInNames = rules.has(SqlFact.HASH_IN_NAMES);
        dollarStartsNames = rules.has(SqlFact.DOLLAR_STARTS_NAMES);
        digitsStartNames = rules.has(SqlFact.DIGITS_START_NAMES);
        atVariables = rules.has(SqlFact.AT_VARIABLES);
        backslashEscapes = rules.has(SqlFact.BACKSLASH_ESCAPES);
        escapeStrings = rules.has(SqlFact.ESCAPE_STRINGS);
        unicodeStrings = rules.has(SqlFact.UNICODE_STRINGS);
        dollarStrings = rules.has(SqlFact.DOLLAR_STRINGS) || rules.has(SqlFact.TAGGED_DOLLAR_STRINGS);
        taggedDollarStrings = rules.has(SqlFact.TAGGED_DOLLAR_STRINGS);
        hashComments = rules.has(SqlFact.HASH_COMMENTS);
        slashComments = rules.has(SqlFact.SLASH_COMMENTS);
        dashesNeedBlank = rules.has(SqlFact.DASHES_NEED_BLANK);
        carriageReturnEndsLine = rules.has(SqlFact.CARRIAGE_RETURN_ENDS_LINE);
        nestedComments = rules.has(SqlFact.NESTED_COMMENTS);
        executableComments = rules.has(SqlFact.EXECUTABLE_COMMENTS);
        unicodeBlanks = rules.has(SqlFact.UNICODE_BLANKS);
        doubledQuestionMark = rules.has(SqlFact.DOUBLED_QUESTION_MARK);
        wordParts = hashInNames ? WORD_PARTS_AND_HASH : WORD_PARTS;
    }

    private static byte[] wordParts(String beyondLetters) {
        var parts = new byte[0x80];
        for (char c = 'A'; c <= 'Z'; c++) {
            parts[c] = (byte) c;
            parts[c - 'A' + 'a'] = (byte) c;
        }
        for (char c : beyondLetters.toCharArray()) {
            parts[c] = (byte) c;
        }
        return parts;
    }

    /** Cuts {@code sql}; never fails: what has no end becomes the last token, {@link Kind#UNTERMINATED}. */
    Tokens cut(String sql) {
        var tokens = new Tokens(sql);
        var at = 0;
        while (at < sql.length()) {
            var c = sql.charAt(at);
            if (c <= ' ' || c >= 0x80 && isBlank(c)) {
                at++;
            } else if (isLetter(c)) {
                at = word(tokens, sql, at);
            } else if (isDigit(c) || c == '.' && isDigit(charAt(sql, at + 1))) {
                at = number(tokens, sql, at);
            } else {
                at = other(tokens, sql, at, c);
            }
        }
        return tokens;
    }

    private int other(Tokens tokens, String sql, int at, char c) {
        var next = charAt(sql, at + 1);
        switch (c) {
            case '\'':
                return string(tokens, sql, at, backslashEscapes);
            case '"':
                return doubleQuotedStrings
                        ? quoted(tokens, Kind.TEXT, sql, at, at, c, backslashEscapes)
                        : quoted(tokens, Kind.QUOTED, sql, at, at, c, false);
            case '`':
                if (backquotedNames) {
                    return quoted(tokens, Kind.QUOTED, sql, at, at, c, false);
                }
                break;
            case '[':
                if (bracketedNames) {
                    return quoted(tokens, Kind.QUOTED, sql, at, at, ']', false);
                }
                break;
            case '-':
                if (next == '-' && (!dashesNeedBlank || at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ')) {
                    return lineEnd(sql, at + 2);
                }
                break;
            case '#':
                if (hashComments) {
                    return lineEnd(sql, at + 1);
                }
                if (hashInNames) {
                    return word(tokens, sql, at);
                }
                break;
            case '/':
                if (next == '*') {
                    return comment(tokens, sql, at);
                }
                if (next == '/' && slashComments) {
                    return lineEnd(sql, at + 2);
                }
                break;
            case '?':
                return parameter(tokens, sql, at, next);
            case '$':
                return dollar(tokens, sql, at, next);
            case '@':
                if (atVariables) {
                    return variable(tokens, sql, at);
                }
                break;
            default:
        }
        tokens.addSymbol(c, at, at + 1);
        return at + 1;
    }

    private int word(Tokens tokens, String sql, int start) {
        var next = charAt(sql, start + 1);
        if (next == '\'') {
            switch (sql.charAt(start)) {
                case 'E', 'e':
                    if (escapeStrings) {
                        return quoted(tokens, Kind.TEXT, sql, start, start + 1, '\'', true);
                    }
                    break;
                case 'N', 'n':
                    return quoted(tokens, Kind.TEXT, sql, start, start + 1, '\'', backslashEscapes);
                case 'B', 'b', 'X', 'x':
                    return quoted(tokens, Kind.TEXT, sql, start, start + 1, '\'', false);
                default:
            }
        }
        if (unicodeStrings && next == '&' && (sql.charAt(start) | 0x20) == 'u') {
            var quote = charAt(sql, start + 2);
            if (quote == '\'' || quote == '"') {
                return quoted(tokens, Kind.TEXT, sql, start, start + 2, quote, false);
            }
        }
        var hash = 0;
        var end = start;
        for (; end < sql.length(); end++) {
            var c = sql.charAt(end);
            if (c >= 0x80) {
                return wordBeyondAscii(tokens, sql, start);
            }
            var part = wordParts[c];
            if (part == 0) {
                break;
            }
            hash = 31 * hash + part;
        }
        tokens.addWord(start, end, hash);
        return end;
    }

    private int wordBeyondAscii(Tokens tokens, String sql, int start) {
        var end = wordEnd(sql, start);
        tokens.addWord(start, end, WordSet.hash(sql, start, end));
        return end;
    }

    private int wordEnd(String sql, int at) {
        var end = at;
        while (end < sql.length() && isWordPart(sql.charAt(end))) {
            end++;
        }
        return end;
    }

    private boolean isWordPart(char c) {
        return c < 0x80 ? wordParts[c] != 0 : !isBlank(c);
    }

    private int number(Tokens tokens, String sql, int start) {
        var end = start;
        var whole = true;
        if (sql.charAt(start) == '0' && isRadix(charAt(sql, start + 1)) && isHexDigit(charAt(sql, start + 2))) {
            end += 2;
            while (isHexDigit(charAt(sql, end)) || charAt(sql, end) == '_') {
                end++;
            }
        } else {
            end = digits(sql, end);
            if (charAt(sql, end) == '.') {
                whole = false;
                end = digits(sql, end + 1);
            }
            end = exponent(sql, end);
        }
        var nameEnd = whole && digitsStartNames ? wordEnd(sql, end) : end;
        if (nameEnd > end) {
            tokens.addWord(start, nameEnd, WordSet.hash(sql, start, nameEnd));
            return nameEnd;
        }
        tokens.add(Kind.NUMBER, start, end);
        return end;
    }

    private static int exponent(String sql, int at) {
        if ((charAt(sql, at) | 0x20) != 'e') {
            return at;
        }
        var digits = charAt(sql, at + 1) == '+' || charAt(sql, at + 1) == '-' ? at + 2 : at + 1;
        return isDigit(charAt(sql, digits)) ? digits(sql, digits) : at;
    }

    private static int digits(String sql, int at) {
        var end = at;
        while (isDigit(charAt(sql, end)) || charAt(sql, end) == '_' && isDigit(charAt(sql, end + 1))) {
            end++;
        }
        return end;
    }

    /** A string in single quotes; one whose content needs more than undoubling quotes is {@link Kind#TEXT}. */
    private static int string(Tokens tokens, String sql, int start, boolean escapes) {
        var end = quotedEnd(sql, start + 1, '\'', escapes);
        if (end < 0) {
            tokens.add(Kind.UNTERMINATED, start, sql.length());
            return sql.length();
        }
        tokens.add(escapes && holdsBackslash(sql, start, end) ? Kind.TEXT : Kind.STRING, start, end);
        return end;
    }

    private static boolean holdsBackslash(String sql, int start, int end) {
        for (int i = start; i < end; i++) {
            if (sql.charAt(i) == '\\') {
                return true;
            }
        }
        return false;
    }

    private static int quoted(
            Tokens tokens, Kind kind, String sql, int start, int quoteAt, char quote, boolean escapes) {
        var end = quotedEnd(sql, quoteAt + 1, quote, escapes);
        tokens.add(end < 0 ? Kind.UNTERMINATED : kind, start, end < 0 ? sql.length() : end);
        return end < 0 ? sql.length() : end;
    }

    /** Behind the closing quote, or negative if there is none. */
    private static int quotedEnd(String sql, int at, char quote, boolean escapes) {
        for (int i = at; i < sql.length(); i++) {
            var c = sql.charAt(i);
            if (c == '\\' && escapes) {
                i++;
            } else if (c == quote) {
                if (charAt(sql, i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
        }
        return -1;
    }

    private int lineEnd(String sql, int at) {
        var end = at;
        while (end < sql.length() && sql.charAt(end) != '\n' && !(carriageReturnEndsLine && sql.charAt(end) == '\r')) {
            end++;
        }
        return end;
    }

    private int comment(Tokens tokens, String sql, int start) {
        var executable = executableComments
                && (charAt(sql, start + 2) == '!' || charAt(sql, start + 2) == 'M' && charAt(sql, start + 3) == '!');
        var depth = 1;
        for (int i = start + 2; i + 1 < sql.length(); i++) {
            if (sql.charAt(i) == '*' && sql.charAt(i + 1) == '/') {
                depth--;
                i++;
                if (depth == 0) {
                    if (executable) {
                        tokens.add(Kind.EXECUTABLE_COMMENT, start, i + 1);
                    }
                    return i + 1;
                }
            } else if (nestedComments && sql.charAt(i) == '/' && sql.charAt(i + 1) == '*') {
                depth++;
                i++;
            }
        }
        tokens.add(Kind.UNTERMINATED, start, sql.length());
        return sql.length();
    }

    private int parameter(Tokens tokens, String sql, int at, char next) {
        if (next == '?') {
            if (doubledQuestionMark) {
                tokens.addSymbol('?', at, at + 2);
            } else {
                tokens.add(Kind.NUMBERED_PARAMETER, at, at + 2);
            }
            return at + 2;
        }
        if (isDigit(next)) {
            var end = digits(sql, at + 1);
            tokens.add(Kind.NUMBERED_PARAMETER, at, end);
            return end;
        }
        tokens.add(Kind.PARAMETER, at, at + 1);
        return at + 1;
    }

    private int dollar(Tokens tokens, String sql, int at, char next) {
        if (dollarStrings) {
            var tagEnd = next == '$' ? at + 1 : taggedDollarStrings && isLetter(next) ? tagEnd(sql, at + 1) : -1;
            if (tagEnd > 0 && charAt(sql, tagEnd) == '$') {
                var tag = sql.substring(at, tagEnd + 1);
                var close = sql.indexOf(tag, tagEnd + 1);
                tokens.add(
                        close < 0 ? Kind.UNTERMINATED : Kind.TEXT, at, close < 0 ? sql.length() : close + tag.length());
                return close < 0 ? sql.length() : close + tag.length();
            }
        } else if (dollarStartsNames) {
            return word(tokens, sql, at);
        }
        var end = digits(sql, at + 1);
        tokens.add(Kind.NUMBERED_PARAMETER, at, end);
        return end;
    }

    private int tagEnd(String sql, int at) {
        var end = at;
        while (end < sql.length() && (isLetter(sql.charAt(end)) || isDigit(sql.charAt(end)))) {
            end++;
        }
        return end;
    }

    /** {@code @name}, {@code @@name}, and names with dots or in quotes behind either. */
    private int variable(Tokens tokens, String sql, int start) {
        var at = charAt(sql, start + 1) == '@' ? start + 2 : start + 1;
        var c = charAt(sql, at);
        if (c == '\'' || c == '"' || c == '`') {
            return quoted(tokens, Kind.VARIABLE, sql, start, at, c, c != '`' && backslashEscapes);
        }
        var end = at;
        while (wordEnd(sql, end) > end || charAt(sql, end) == '.') {
            end = Math.max(wordEnd(sql, end), end + 1);
        }
        if (end == at) {
            tokens.addSymbol('@', start, start + 1);
            return start + 1;
        }
        tokens.add(Kind.VARIABLE, start, end);
        return end;
    }

    private boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80 && !isBlank(c);
    }

    private boolean isBlank(char c) {
        return unicodeBlanks && Character.isSpaceChar(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isRadix(char c) {
        return c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'o' || c == 'O';
    }

    private static boolean isHexDigit(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static char charAt(String sql, int at) {
        return at < sql.length() ? sql.charAt(at) : '\0';
    }
}
