package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.Tokens.Kind;

/**
 * Finds where an expression ends, without understanding it: an operand cannot follow an operand, so whatever does begins
 * the next clause, or is unknown. Also tells whether a condition can mean other rows a moment later. Thread-safe.
 */
final class ExpressionWalker {

    /** With the signs of the operand behind it; nobody writes longer ones, and the look-up must stay linear. */
    private static final int LONGEST_OPERATOR = 8;

    private final Tokens tokens;
    private final SqlRules rules;

    ExpressionWalker(Tokens tokens, SqlRules rules) {
        this.tokens = tokens;
        this.rules = rules;
    }

    /**
     * The token behind the expression that begins at {@code from}; a comma ends it. Equal to {@code from} if there is none.
     */
    int endOfExpression(int from) {
        return end(from, false);
    }

    /** The token behind the expressions, separated by commas, that begin at {@code from}. */
    int endOfExpressions(int from) {
        return end(from, true);
    }

    private int end(int from, boolean overCommas) {
        var operand = false;
        var at = from;
        while (at < tokens.size()) {
            switch (tokens.kind(at)) {
                case WORD:
                    if (!tokens.isIn(at, Words.IN_EXPRESSIONS)) {
                        if (operand) {
                            return at;
                        }
                        operand = true;
                    } else if (tokens.isSymbol(at - 1, '.') && at > from) {
                        operand = true;
                    } else if (joins(at, operand)) {
                        operand = false;
                    } else if (operand && isZoneOfType(at)) {
                        operand = true;
                    } else if (tokens.isIn(at, Words.POSTFIX) && operand) {
                        operand = true;
                    } else if (operand || tokens.isIn(at, Words.NEVER_AN_OPERAND)) {
                        return at;
                    } else {
                        operand = !isPrefix(at);
                    }
                    break;
                case STRING:
                case TEXT:
                    // DATE '2020-01-01', _utf8mb4'x', 'a' 'b'
                    var before = tokens.kind(at - 1);
                    if (operand && before != Kind.WORD && before != Kind.STRING && before != Kind.TEXT) {
                        return at;
                    }
                    operand = true;
                    break;
                case QUOTED:
                    if (operand && !tokens.isSymbol(at - 1, '.')) {
                        return at;
                    }
                    operand = true;
                    break;
                case NUMBER:
                case PARAMETER:
                case VARIABLE:
                    if (operand) {
                        return at;
                    }
                    operand = true;
                    break;
                case SYMBOL:
                    var symbol = tokens.symbol(at);
                    if (symbol == ',') {
                        if (!overCommas) {
                            return at;
                        }
                        operand = false;
                    } else if (symbol == '(' || symbol == '[' || symbol == '{') {
                        if (operand && symbol != '[' && !(symbol == '(' && tokens.isName(at - 1))) {
                            return at;
                        }
                        at = closing(at);
                        operand = true;
                    } else if (isOperator(at, symbol)) {
                        operand = false;
                    } else {
                        return at;
                    }
                    break;
                default:
                    return at;
            }
            at++;
        }
        return at;
    }

    private boolean joins(int word, boolean behindOperand) {
        if (tokens.isIn(word, Words.INFIX)) {
            return true;
        }
        if (tokens.isIn(word, Words.INFIX_BEHIND_OPERAND)) {
            return behindOperand || tokens.isIn(word - 1, Words.INFIX_IN_TWO);
        }
        return tokens.is(word, "FROM") && tokens.is(word - 1, "DISTINCT")
                || tokens.is(word, "WITH") && (tokens.is(word + 1, "TIME") || tokens.is(word + 1, "LOCAL"))
                || tokens.is(word, "WITHOUT") && tokens.is(word + 1, "TIME")
                || tokens.is(word, "ZONE") && tokens.are(word - 2, "AT", "TIME")
                || tokens.is(word, "VALUE") && tokens.is(word + 1, "FOR") && tokens.is(word - 1, "NEXT")
                || tokens.is(word, "FOR") && tokens.are(word - 2, "NEXT", "VALUE");
    }

    /** The end of {@code TIMESTAMP WITH TIME ZONE}, which is a type, not the beginning of something. */
    private boolean isZoneOfType(int word) {
        return tokens.is(word, "ZONE") && tokens.is(word - 1, "TIME");
    }

    private boolean isPrefix(int word) {
        if (tokens.is(word, "INTERVAL") && tokens.kind(word + 1) == Kind.WORD) {
            return tokens.isIn(word + 2, Words.POSTFIX);
        }
        return tokens.isIn(word, Words.PREFIX);
    }

    private boolean isOperator(int at, char symbol) {
        if (symbol == ':') {
            // A cast or an assignment; alone it would begin a named parameter.
            return tokens.touchesNext(at) && (tokens.isSymbol(at + 1, ':') || tokens.isSymbol(at + 1, '='))
                    || tokens.isSymbol(at - 1, ':') && tokens.touchesNext(at - 1);
        }
        return symbol == '.' || isOperatorSign(symbol);
    }

    private static boolean isOperatorSign(char symbol) {
        return switch (symbol) {
            case '+', '-', '*', '/', '%', '^', '=', '<', '>', '!', '~', '|', '&', '#', '@', '?' -> true;
            default -> false;
        };
    }

    /** The token that closes what {@code opening} opens. */
    int closing(int opening) {
        var depth = 0;
        for (int at = opening; at < tokens.size(); at++) {
            if (tokens.kind(at) == Kind.SYMBOL) {
                switch (tokens.symbol(at)) {
                    case '(', '[', '{' -> depth++;
                    case ')', ']', '}' -> depth--;
                    default -> {}
                }
                if (depth == 0) {
                    return at;
                }
            } else if (tokens.kind(at) == Kind.NUMBERED_PARAMETER) {
                throw numberedParameter(at);
            }
        }
        throw new Refusal(
                "'" + tokens.excerpt(opening) + "' is never closed", "Correct the statement: no database accepts it.");
    }

    Refusal numberedParameter(int at) {
        return new Refusal(
                "the parameter '" + tokens.excerpt(at) + "' carries its own number",
                "Write every parameter as a plain '?'.");
    }

    /**
     * Whether the condition of these tokens speaks of nothing but columns, constants and deterministic functions, so that
     * it means the same rows when it is asked again in the same local transaction.
     */
    boolean isSteady(int from, int to) {
        for (int at = from; at < to; at++) {
            switch (tokens.kind(at)) {
                case WORD:
                    if (tokens.isIn(at, rules.volatileWords())
                            || tokens.is(at, "SELECT")
                            || tokens.isSymbol(at - 1, '(') && tokens.isIn(at, Words.QUERY)
                            || tokens.are(at, "NEXT", "VALUE")
                            || tokens.isSymbol(at + 1, '(') && !isSteadyCall(at)) {
                        return false;
                    }
                    break;
                case QUOTED:
                    if (tokens.isSymbol(at + 1, '(')) {
                        return false;
                    }
                    break;
                case VARIABLE:
                    return false;
                case SYMBOL:
                    if (tokens.isSymbol(at, '{') && !isDateEscape(at + 1)) {
                        return false;
                    }
                    if (beginsOperator(at) && !isKnownOperator(at, to)) {
                        return false;
                    }
                    break;
                default:
            }
        }
        return true;
    }

    /** Whether these tokens hold no column either: nothing but literals, parameters, types and deterministic functions. */
    boolean isConstant(int from, int to) {
        if (!isSteady(from, to)) {
            return false;
        }
        for (int at = from; at < to; at++) {
            var called = tokens.isSymbol(at + 1, '(') && at + 1 < to;
            var type = tokens.isSymbol(at - 1, ':') || tokens.is(at - 1, "AS");
            var literal = tokens.is(at, "AS")
                    || tokens.isIn(at, Words.CONSTANT)
                    || tokens.kind(at + 1) == Kind.STRING && tokens.isIn(at, Words.LITERAL_TYPE);
            if (tokens.isName(at) && !called && !type && !literal) {
                return false;
            }
        }
        return true;
    }

    private boolean isSteadyCall(int name) {
        return tokens.isIn(name, Words.NOT_A_FUNCTION)
                || tokens.isIn(name, rules.deterministicFunctions()) && !tokens.isSymbol(name - 1, '.');
    }

    private boolean isDateEscape(int word) {
        return tokens.is(word, "D") || tokens.is(word, "T") || tokens.is(word, "TS");
    }

    private boolean isOperatorSymbol(int at) {
        var symbol = tokens.symbol(at);
        return symbol == ':' || isOperatorSign(symbol);
    }

    private boolean beginsOperator(int at) {
        return isOperatorSymbol(at) && !(isOperatorSymbol(at - 1) && tokens.touchesNext(at - 1));
    }

    /** Signs that touch an operator belong to the operand behind it, as in {@code a=-1}. */
    private boolean isKnownOperator(int from, int to) {
        var last = from;
        while (last + 1 < to && tokens.touchesNext(last) && isOperatorSymbol(last + 1)) {
            last++;
            if (last - from > LONGEST_OPERATOR) {
                return false;
            }
        }
        var end = tokens.end(last);
        while (end - tokens.start(from) > 1
                && "+-~".indexOf(tokens.sql().charAt(end - 1)) >= 0
                && !Words.OPERATORS.contains(tokens.sql(), tokens.start(from), end)) {
            end--;
        }
        return Words.OPERATORS.contains(tokens.sql(), tokens.start(from), end);
    }
}
