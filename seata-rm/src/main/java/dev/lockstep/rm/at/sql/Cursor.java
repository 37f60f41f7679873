package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.WholeNumberAssignment.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tokens of one statement, and the small steps that every clause is walked by. Whatever stands where it is
 * not known becomes a {@link Refusal} that names it. Not thread-safe.
 */
final class Cursor {

    private static final String CAPTURED_FORMS =
            "Write it as an INSERT with VALUES, an UPDATE or a DELETE of one table, without extensions.";

    /** So many digits fit into any type that a database may calculate in. */
    private static final int MOST_DIGITS = 9;

    final Tokens tokens;
    final SqlRules rules;
    final ExpressionWalker expressions;
    final HiddenWrites hiddenWrites;
    int at;

    Cursor(Tokens tokens, SqlRules rules, int at) {
        this.tokens = tokens;
        this.rules = rules;
        this.expressions = new ExpressionWalker(tokens, rules);
        this.hiddenWrites = new HiddenWrites(tokens, rules);
        this.at = at;
    }

    boolean is(String word) {
        return tokens.is(at, word);
    }

    boolean are(String... words) {
        return tokens.are(at, words);
    }

    boolean isSymbol(char symbol) {
        return tokens.isSymbol(at, symbol);
    }

    boolean skip(String word) {
        if (tokens.is(at, word)) {
            at++;
            return true;
        }
        return false;
    }

    boolean skip(char symbol) {
        if (tokens.isSymbol(at, symbol)) {
            at++;
            return true;
        }
        return false;
    }

    /** Skips all of these words or none. */
    boolean skipAll(String... words) {
        if (tokens.are(at, words)) {
            at += words.length;
            return true;
        }
        return false;
    }

    void expect(char symbol) {
        if (!skip(symbol)) {
            throw unknown("'" + symbol + "'");
        }
    }

    void expect(String word) {
        if (!skip(word)) {
            throw unknown(word);
        }
    }

    void skipModifiers() {
        while (tokens.isIn(at, rules.statementModifiers())) {
            at++;
        }
    }

    /** What stands from {@code from} to before the cursor. */
    Slice since(int from) {
        return tokens.slice(from, at);
    }

    /** One expression; there must be one. */
    Slice expression(String expected) {
        var from = at;
        at = expressions.endOfExpression(at);
        if (at == from) {
            throw unknown(expected);
        }
        return since(from);
    }

    TableReference tableWithAlias() {
        var table = table();
        if (skip("AS") || tokens.isName(at) && !tokens.isIn(at, Words.NOT_AN_ALIAS)) {
            return aliased(table, name("an alias"));
        }
        return table;
    }

    static TableReference aliased(TableReference table, Identifier alias) {
        return new TableReference(table.path(), table.text(), alias);
    }

    TableReference table() {
        if (tokens.isIn(at, Words.NOT_A_TABLE) && !tokens.isSymbol(at + 1, '.')) {
            throw unknown("a table");
        }
        var from = at;
        var path = new ArrayList<Identifier>();
        do {
            path.add(name("a table"));
        } while (skip('.'));
        return new TableReference(path, since(from).text(), null);
    }

    /** Names in parentheses, separated by commas. */
    List<Identifier> names() {
        expect('(');
        var names = new ArrayList<Identifier>();
        do {
            names.add(name("a column"));
        } while (skip(','));
        expect(')');
        return names;
    }

    Identifier name(String expected) {
        if (!tokens.isName(at)) {
            throw unknown(expected);
        }
        var text = tokens.text(at);
        var quoted = tokens.kind(at) == Tokens.Kind.QUOTED;
        at++;
        if (!quoted) {
            return new Identifier(text, text, false);
        }
        var close = text.substring(text.length() - 1);
        var name = text.substring(1, text.length() - 1).replace(close + close, close);
        var exact = text.charAt(0) != '`' || !rules.has(SqlFact.BACKQUOTED_NAMES_FOLD);
        return new Identifier(text, name, exact);
    }

    /**
     * Columns left of assignments, and the assignments themselves.
     *
     * @param wholeNumbers all of them again, if each is plain arithmetic; otherwise empty
     */
    record Assignments(List<Identifier> columns, List<WholeNumberAssignment> wholeNumbers, Slice text) {}

    /** {@code a = 1, (b, c) = (2, 3)}. */
    Assignments assignments(TableReference table) {
        var from = at;
        var columns = new ArrayList<Identifier>();
        var wholeNumbers = new ArrayList<WholeNumberAssignment>();
        do {
            target(table, columns);
            expect('=');
            var value = at;
            expression("a value");
            wholeNumber(columns.get(columns.size() - 1), value).ifPresent(wholeNumbers::add);
        } while (skip(','));
        return new Assignments(columns, wholeNumbers.size() == columns.size() ? wholeNumbers : List.of(), since(from));
    }

    /** The assignment of what stands between {@code from} and the cursor, if that is plain arithmetic. */
    private Optional<WholeNumberAssignment> wholeNumber(Identifier column, int from) {
        var operand = at - 1;
        var literal = tokens.kind(operand) == Tokens.Kind.NUMBER && isWholeNumber(tokens.text(operand));
        if (!literal && tokens.kind(operand) != Tokens.Kind.PARAMETER) {
            return Optional.empty();
        }
        Operation operation = null;
        if (operand == from) {
            operation = Operation.SET;
        } else if (operand == from + 2
                && tokens.isName(from)
                && tokens.text(from).equals(column.text())) {
            operation = tokens.isSymbol(from + 1, '+')
                    ? Operation.ADD
                    : tokens.isSymbol(from + 1, '-') ? Operation.SUBTRACT : null;
        }
        return operation == null
                ? Optional.empty()
                : Optional.of(new WholeNumberAssignment(column, operation, tokens.slice(operand, at)));
    }

    private static boolean isWholeNumber(String text) {
        var digits = text.length() <= MOST_DIGITS;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    private void target(TableReference table, List<Identifier> columns) {
        if (!skip('(')) {
            columns.add(column(table));
            return;
        }
        do {
            columns.add(column(table));
        } while (skip(','));
        expect(')');
    }

    /** A column that is set, qualified or not. */
    Identifier column(TableReference table) {
        var from = at;
        var parts = new ArrayList<Identifier>();
        do {
            parts.add(name("a column"));
        } while (skip('.'));
        var qualifiers = parts.subList(0, parts.size() - 1);
        if (!qualifiers.isEmpty() && !(rules.has(SqlFact.QUALIFIED_SET_COLUMNS) && means(qualifiers, table))) {
            throw new Refusal(
                    "'" + since(from).text() + "' is no column of " + table.text(),
                    "Name the column without a qualifier; a part of a column is not captured, set the whole one.");
        }
        return parts.get(parts.size() - 1);
    }

    /** Whether the qualifiers of a column, or a name behind OF, lead to this table. */
    static boolean means(List<Identifier> qualifiers, TableReference table) {
        var alias = table.alias();
        if (alias != null) {
            return qualifiers.size() == 1 && qualifiers.get(0).name().equalsIgnoreCase(alias.name());
        }
        var offset = table.path().size() - qualifiers.size();
        if (offset < 0) {
            return false;
        }
        for (int i = 0; i < qualifiers.size(); i++) {
            if (!qualifiers
                    .get(i)
                    .name()
                    .equalsIgnoreCase(table.path().get(offset + i).name())) {
                return false;
            }
        }
        return true;
    }

    /** The columns behind RETURNING, which end the statement; null when there are none. */
    @Nullable
    Slice returning() {
        if (!is("RETURNING")) {
            return null;
        }
        if (!rules.has(SqlFact.RETURNING)) {
            throw new Refusal(
                    "RETURNING is not captured",
                    "Leave it out and read the rows by their keys, or the generated keys.");
        }
        at++;
        var from = at;
        while (at < tokens.size() && !isSymbol(';')) {
            at++;
        }
        if (at == from) {
            throw unknown("a column");
        }
        return since(from);
    }

    /** The statement ends here, semicolons aside. */
    void end() {
        while (isSymbol(';')) {
            at++;
        }
        if (at < tokens.size()) {
            throw unknown("the end of the statement");
        }
    }

    Refusal unknown(String expected) {
        if (tokens.kind(at) == Tokens.Kind.NUMBERED_PARAMETER) {
            return expressions.numberedParameter(at);
        }
        if (tokens.isSymbol(at, ',') || tokens.isIn(at, Words.JOINS)) {
            return new Refusal(
                    "'" + tokens.excerpt(at) + "' stands where " + expected
                            + " should: more than one table is not captured",
                    "Select the keys first, then write to one table.");
        }
        return new Refusal("'" + tokens.excerpt(at) + "' stands where " + expected + " should", CAPTURED_FORMS);
    }
}
