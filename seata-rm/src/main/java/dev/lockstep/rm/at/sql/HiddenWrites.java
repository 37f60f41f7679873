package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.Tokens.Kind;

/**
 * Looks for what can write or lock rows out of sight of the clauses: inside a query, a sub-query or an expression. One
 * pass over the tokens; understands no expression, so none makes it fail. Thread-safe.
 */
final class HiddenWrites {

    private final Tokens tokens;
    private final SqlRules rules;

    HiddenWrites(Tokens tokens, SqlRules rules) {
        this.tokens = tokens;
        this.rules = rules;
    }

    /** Refuses if the tokens from {@code from} on can write, or hold a locking clause. */
    void refuseWritesAndLocks(int from) {
        refuseWritesAndLocks(from, tokens.size());
    }

    /** The same for the tokens before {@code to} only. */
    void refuseWritesAndLocks(int from, int to) {
        var lock = to;
        for (int at = from; at < to; at++) {
            refuseWrite(at);
            if (lock == to && isLockingClause(at)) {
                lock = at;
            }
        }
        if (lock < to) {
            throw misplacedLock(lock);
        }
    }

    /** Refuses a locking clause of a sub-query: it locks rows that nobody asks the TC about. */
    void refuseLocksInParentheses(int from) {
        var depth = 0;
        for (int at = from; at < tokens.size(); at++) {
            if (tokens.isSymbol(at, '(')) {
                depth++;
            } else if (tokens.isSymbol(at, ')')) {
                depth--;
            } else if (depth > 0 && isLockingClause(at)) {
                throw misplacedLock(at);
            }
        }
    }

    private Refusal misplacedLock(int at) {
        return new Refusal(
                "the locking clause '" + tokens.excerpt(at) + " " + tokens.excerpt(at + 1)
                        + "' does not belong to a plain SELECT from one table",
                "Lock the rows by a SELECT of its own from one table, without join, set operation or WITH.");
    }

    /** Refuses if the tokens from {@code from} on can write rows. */
    void refuseWrites(int from) {
        for (int at = from; at < tokens.size(); at++) {
            refuseWrite(at);
        }
    }

    private void refuseWrite(int at) {
        if (tokens.isIn(at, Words.HIDDEN_WRITE) && !tokens.isSymbol(at - 1, '.')) {
            refuseWritingWord(at);
        }
        if (tokens.isSymbol(at + 1, '(') && tokens.isName(at)) {
            refuseWritingFunction(at);
        }
    }

    private void refuseWritingWord(int at) {
        if (tokens.is(at, "INTO")) {
            throw new Refusal("'INTO' stores what is read", "Read the rows or keys first, then write them.");
        }
        if (tokens.isIn(at, Words.DELTA_TABLE) && tokens.is(at + 1, "TABLE") && tokens.isSymbol(at + 2, '(')) {
            throw new Refusal(
                    "'" + tokens.excerpt(at) + " TABLE' changes rows inside a query",
                    "Send the change as a statement of its own, then read.");
        }
        if (tokens.isIn(at, Words.DATA_CHANGE) && beginsStatementInParentheses(at)) {
            throw new Refusal(
                    "'" + tokens.excerpt(at) + "' changes rows inside parentheses",
                    "Send the change as a statement of its own, then read.");
        }
    }

    private boolean beginsStatementInParentheses(int verb) {
        return tokens.isSymbol(verb - 1, '(')
                && (tokens.isName(verb + 1)
                        || tokens.isSymbol(verb + 1, '(') && !tokens.isIn(verb, Words.VERB_AND_FUNCTION));
    }

    private void refuseWritingFunction(int name) {
        if (names(name, rules.writingFunctions())) {
            throw new Refusal(
                    "the function " + tokens.excerpt(name) + " writes",
                    "Call it outside of the global transaction, or write the rows by INSERT, UPDATE or DELETE.");
        }
    }

    /** Whether a function is called that changes which table a name means. */
    boolean changeNames(int from) {
        for (int at = from; at < tokens.size(); at++) {
            if (tokens.isName(at) && tokens.isSymbol(at + 1, '(') && names(at, rules.namingFunctions())) {
                return true;
            }
        }
        return false;
    }

    private boolean names(int name, WordSet functions) {
        return tokens.kind(name) == Kind.QUOTED
                ? functions.contains(tokens.sql(), tokens.start(name) + 1, tokens.end(name) - 1)
                : tokens.isIn(name, functions);
    }

    /** The first token of the first locking clause, at any depth; the number of tokens if there is none. */
    int firstLockingClause(int from) {
        for (int at = from; at < tokens.size(); at++) {
            if (isLockingClause(at)) {
                return at;
            }
        }
        return tokens.size();
    }

    boolean isLockingClause(int at) {
        return tokens.is(at, "FOR")
                        && (tokens.is(at + 1, "UPDATE")
                                || tokens.is(at + 1, "SHARE")
                                || tokens.are(at + 1, "NO", "KEY", "UPDATE")
                                || tokens.are(at + 1, "KEY", "SHARE"))
                || tokens.is(at, "LOCK") && tokens.are(at + 1, "IN", "SHARE", "MODE");
    }
}
