package dev.lockstep.rm.at;

/**
 * Tells queries that write from those that read by the words they begin with, for those that run outside a global transaction:
 * nobody there shall pay for more. To take one too many for a write is safe. Hardly more than a look at each
 * parenthesis for a query that begins with SELECT.
 */
final class WritingQuery {

    private static final String[] VERBS = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "CALL"};

    /** What runs code, or a text that is not seen here. */
    private static final String[] UNCOUNTED = {"CALL", "DO", "EXEC", "BEGIN"};

    private WritingQuery() {}

    /** Whether a text that gave rows may have changed some. */
    static boolean mayWrite(String sql) {
        // Nearly all begin so.
        if (begins(sql, 0, "SELECT")) {
            return readsChangedRows(sql, 0);
        }
        int first = firstWord(sql);
        if (beginsWithVerb(sql, first)) {
            return true;
        }
        if (begins(sql, first, "WITH")) {
            return holds(sql, first, "RETURNING") || holdsVerbInParentheses(sql, first) || readsChangedRows(sql, first);
        }
        return begins(sql, first, "EXPLAIN") ? holds(sql, first, "ANALYZE") : readsChangedRows(sql, first);
    }

    /** Whether a text that gave no count, or a count of zero, may have changed rows: those of a procedure are not counted. */
    static boolean mayWriteUncounted(String sql) {
        int first = firstWord(sql);
        for (String word : UNCOUNTED) {
            if (begins(sql, first, word)) {
                return true;
            }
        }
        return begins(sql, first, "WITH") && holdsVerbInParentheses(sql, first);
    }

    /** Whether a text that changed no row may have led the session to other tables. */
    static boolean mayChangeNames(String sql) {
        return setsNames(sql, firstWord(sql)) || mayChangeNamesBesides(sql);
    }

    /** The same of a text that changed rows or gave some: by a statement behind the first, or by PostgreSQL's function. */
    static boolean mayChangeNamesBesides(String sql) {
        for (int at = sql.indexOf(';'); at >= 0; at = sql.indexOf(';', at + 1)) {
            if (setsNames(sql, firstWordAfter(sql, at + 1))) {
                return true;
            }
        }
        for (int at = sql.indexOf('('); at >= 0; at = sql.indexOf('(', at + 1)) {
            if (wordBefore(sql, at, "SET_CONFIG") >= 0 || wordBefore(sql, at, "\"SET_CONFIG\"") >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean setsNames(String sql, int at) {
        return begins(sql, at, "SET") || begins(sql, at, "USE");
    }

    private static boolean beginsWithVerb(String sql, int at) {
        for (String verb : VERBS) {
            if (begins(sql, at, verb)) {
                return true;
            }
        }
        return false;
    }

    /** As in {@code WITH d AS (DELETE ...)}. */
    private static boolean holdsVerbInParentheses(String sql, int from) {
        for (int at = sql.indexOf('(', from); at >= 0; at = sql.indexOf('(', at + 1)) {
            if (beginsWithVerb(sql, firstWordAfter(sql, at + 1))) {
                return true;
            }
        }
        return false;
    }

    /** As in {@code FROM FINAL TABLE (INSERT ...)}, which H2 knows. */
    private static boolean readsChangedRows(String sql, int from) {
        for (int at = sql.indexOf('(', from); at >= 0; at = sql.indexOf('(', at + 1)) {
            int table = wordBefore(sql, at, "TABLE");
            if (table >= 0
                    && (wordBefore(sql, table, "FINAL") >= 0
                            || wordBefore(sql, table, "OLD") >= 0
                            || wordBefore(sql, table, "NEW") >= 0)) {
                return true;
            }
        }
        return false;
    }

    /** Where the word begins that ends before this place, but for blanks; -1 if it is another. */
    private static int wordBefore(String sql, int end, String word) {
        int at = end;
        while (at > 0 && sql.charAt(at - 1) <= ' ') {
            at--;
        }
        return begins(sql, at - word.length(), word) ? at - word.length() : -1;
    }

    /** Behind blanks, comments, opening parentheses and the brace of JDBC's escapes. */
    private static int firstWord(String sql) {
        return firstWordAfter(sql, 0);
    }

    private static int firstWordAfter(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c <= ' ' || c == '(' || c == '{') {
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
