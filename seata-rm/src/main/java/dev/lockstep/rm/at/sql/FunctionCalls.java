package dev.lockstep.rm.at.sql;

/**
 * Looks for a call of a function that is on no list of the database. Understands no expression: a name before a parenthesis
 * is taken for a call unless SQL has another use for it there, so that no call is missed. Thread-safe.
 */
final class FunctionCalls {

    private final Tokens tokens;
    private final SqlRules rules;

    FunctionCalls(Tokens tokens, SqlRules rules) {
        this.tokens = tokens;
        this.rules = rules;
    }

    /** The first such call; the number of tokens if there is none. */
    int firstUnknown() {
        for (int at = 0; at < tokens.size(); at++) {
            if (tokens.isName(at)
                    && tokens.isSymbol(at + 1, '(')
                    && !isKnown(at)
                    && !isTarget(at)
                    && !isAliasOrType(at)
                    && !isTableExpression(at)) {
                return at;
            }
        }
        return tokens.size();
    }

    /** Whether a word stands here that is no function, or one of those that leave rows alone. */
    private boolean isKnown(int name) {
        if (tokens.isSymbol(name - 1, '.')) {
            // Elsewhere only the user's own functions have a qualifier.
            return tokens.is(name - 2, "PG_CATALOG") && !tokens.isSymbol(name - 3, '.') && isReading(name);
        }
        return tokens.isIn(name, Words.BEFORE_PARENTHESIS)
                || tokens.isIn(name, Words.NOT_A_FUNCTION)
                || isReading(name);
    }

    private boolean isReading(int name) {
        return tokens.isIn(name, rules.deterministicFunctions())
                || tokens.isIn(name, rules.readingFunctions())
                || tokens.isIn(name, rules.volatileWords())
                || tokens.isIn(name, rules.namingFunctions());
    }

    /** The table of an INSERT, whose columns stand in parentheses behind it. */
    private boolean isTarget(int name) {
        var before = name - 1;
        while (tokens.isSymbol(before, '.')) {
            before -= 2;
        }
        if (tokens.is(before, "INTO")) {
            return true;
        }
        while (tokens.is(before, "IGNORE") || tokens.isIn(before, rules.statementModifiers())) {
            before--;
        }
        return tokens.is(before, "INSERT") || tokens.is(before, "REPLACE");
    }

    private boolean isAliasOrType(int name) {
        return tokens.is(name - 1, "AS") || tokens.isSymbol(name - 1, ':');
    }

    /** A common table expression that lists its columns. */
    private boolean isTableExpression(int name) {
        var behind = name + 2;
        while (tokens.isName(behind) || tokens.isSymbol(behind, ',')) {
            behind++;
        }
        if (!tokens.isSymbol(behind, ')') || !tokens.is(behind + 1, "AS")) {
            return false;
        }
        behind += 2;
        if (tokens.is(behind, "NOT")) {
            behind++;
        }
        if (tokens.is(behind, "MATERIALIZED")) {
            behind++;
        }
        // A function in FROM has names with their types there.
        return tokens.isSymbol(behind, '(')
                && (tokens.isIn(behind + 1, Words.QUERY)
                        || tokens.isIn(behind + 1, Words.DATA_CHANGE)
                        || tokens.isSymbol(behind + 1, '('));
    }
}
