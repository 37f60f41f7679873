package dev.lockstep.rm.at;

/**
 * Tells queries that write from those that read by the words they begin with, for those that run outside a global transaction:
 * nobody there shall pay for more. To take one too many for a write is safe. No loop but over the text, once.
 */
final class WritingQuery {

    private static final String[] VERBS = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "CALL"};

    private WritingQuery() {}

    /** Whether a text that gave rows may have changed some. */
    static boolean mayWrite(String sql) {
        // Nearly all begin so.
        if (begins(sql, 0, "SELECT")) {
            return false;
        }
        int first = firstWord(sql);
        for (String verb : VERBS) {
            if (begins(sql, first, verb)) {
                return true;
            }
        }
        return begins(sql, first, "WITH") && holds(sql, first, "RETURNING");
    }

    /** Behind blanks, comments and opening parentheses. */
    private static int firstWord(String sql) {
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c <= ' ' || c == '(') {
                at++;
            } else if (sql.startsWith("/*", at)) {
                at = behind(sql, at + 2, "*/");
            } else if (sql.startsWith("--", at)) {
                at = behind(sql, at + 2, "\n");
            } else {
                return at;
            }
        }
        return at;
    }

    private static int behind(String sql, int from, String end) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }

    private static boolean begins(String sql, int at, String word) {
        return sql.regionMatches(true, at, word, 0, word.length());
    }

    private static boolean holds(String sql, int from, String word) {
        for (int at = from; at <= sql.length() - word.length(); at++) {
            if (begins(sql, at, word)) {
                return true;
            }
        }
        return false;
    }
}
