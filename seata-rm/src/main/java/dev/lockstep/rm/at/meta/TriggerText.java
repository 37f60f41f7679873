package dev.lockstep.rm.at.meta;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a trigger that fires before each row may write to other rows than that, by the words of its text: it is to change its
 * own row alone, by assignments, and every other statement that changes rows begins with a word of its own. What a function
 * does that an expression calls cannot be told by the text.
 */
final class TriggerText {

    /** Some are functions, too, with a parenthesis behind; FOR UPDATE locks. */
    private static final Pattern WRITE = Pattern.compile(
            "\\b(?:(?:INSERT|REPLACE|TRUNCATE)\\b(?!\\s*\\()|(?<!FOR )(?<!KEY"
                    + " )UPDATE\\b|DELETE\\b|MERGE\\b|COPY\\b|LOAD\\b|CALL\\b|PERFORM\\b|EXECUTE\\b)",
            Pattern.CASE_INSENSITIVE);

    private TriggerText() {}

    /**
     * @param text the body of the trigger; null where it cannot be seen
     * @param mySqlComments whether {@code #} begins a comment, two minus signs do so only before a blank, and {@code /*!} is none
     */
    static boolean mayWriteElsewhere(@Nullable String text, boolean mySqlComments) {
        // A setting says whether a backslash takes the quote behind it along; whichever it is, nothing is overlooked.
        return text == null
                || WRITE.matcher(code(text, true, mySqlComments)).find()
                || WRITE.matcher(code(text, false, mySqlComments)).find();
    }

    /** The text without comments, and without what stands in quotes: a text, or a name. */
    private static String code(String text, boolean backslashEscapes, boolean mySqlComments) {
        StringBuilder code = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"' || c == '`') {
                at = behindQuoted(text, at, backslashEscapes && c != '`');
                code.append(' ');
            } else if (mySqlComments && c == '#'
                    || text.startsWith("--", at) && !(mySqlComments && isMinus(text, at))) {
                at = behind(text, at + 1, "\n");
                code.append('\n');
            } else if (text.startsWith("/*", at) && !(mySqlComments && isExecuted(text, at))) {
                at = behind(text, at + 2, "*/");
                code.append(' ');
            } else {
                code.append(c);
                at++;
            }
        }
        return code.toString();
    }

    private static boolean isMinus(String text, int at) {
        return at + 2 < text.length() && text.charAt(at + 2) > ' ';
    }

    private static boolean isExecuted(String text, int at) {
        return text.startsWith("/*!", at) || text.startsWith("/*M!", at);
    }

    private static int behindQuoted(String text, int from, boolean backslashEscapes) {
        char quote = text.charAt(from);
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != quote) {
            at += backslashEscapes && text.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int behind(String text, int from, String end) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }
}
