package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.RecognizedSql.Returning;
import dev.lockstep.rm.at.sql.WholeNumberAssignment.Operation;
import java.util.ArrayList;
import java.util.List;
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

    boolean are(String first, String second) {
        return tokens.are(at, first, second);
    }

    boolean are(String first, String second, String third) {
        return tokens.are(at, first, second, third);
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

    /** Skips both of these words or none. */
    boolean skip(String first, String second) {
        if (tokens.are(at, first, second)) {
            at += 2;
            return true;
        }
        return false;
    }

    /** Skips all of these words or none. */
    boolean skip(String first, String second, String third) {
        if (tokens.are(at, first, second, third)) {
            at += 3;
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
        skipExpression(expected);
        return since(from);
    }

    /** Skips one expression; there must be one. */
    void skipExpression(String expected) {
        var from = at;
        at = expressions.endOfExpression(from);
        if (at == from) {
            throw unknown(expected);
        }
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
        var path = path("a table");
        var text = path.size() == 1 ? path.get(0).text() : since(from).text();
        return new TableReference(path, text, null);
    }

    /** A name behind its qualifiers, if it has any. */
    List<Identifier> path(String expected) {
        var first = name(expected);
        if (!isSymbol('.')) {
            return List.of(first);
        }
        var path = new ArrayList<Identifier>();
        path.add(first);
        while (skip('.')) {
            path.add(name(expected));
        }
        return path;
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
     * Columns left of assignments.
     *
     * @param wholeNumbers the assignments, if each is plain arithmetic; otherwise empty
     */
    record Assignments(List<Identifier> columns, List<WholeNumberAssignment> wholeNumbers) {}

    /** {@code a = 1, (b, c) = (2, 3)}. */
    Assignments assignments(TableReference table) {
        var columns = new ArrayList<Identifier>();
        var wholeNumbers = new ArrayList<WholeNumberAssignment>();
        do {
            target(table, columns);
            expect('=');
            var from = at;
            skipExpression("a value");
            var wholeNumber = wholeNumber(columns.get(columns.size() - 1), from);
            if (wholeNumber != null) {
                wholeNumbers.add(wholeNumber);
            }
        } while (skip(','));
        return new Assignments(columns, wholeNumbers.size() == columns.size() ? wholeNumbers : List.of());
    }

    /** The assignment of what stands between {@code from} and the cursor; null if that is more than plain arithmetic. */
    private @Nullable WholeNumberAssignment wholeNumber(Identifier column, int from) {
        var operand = at - 1;
        if (tokens.kind(operand) != Tokens.Kind.PARAMETER && !isWholeNumber(operand)) {
            return null;
        }
        Operation operation = null;
        if (operand == from) {
            operation = Operation.SET;
        } else if (operand == from + 2 && tokens.isName(from) && tokens.isText(from, column.text())) {
            operation = tokens.isSymbol(from + 1, '+')
                    ? Operation.ADD
                    : tokens.isSymbol(from + 1, '-') ? Operation.SUBTRACT : null;
        }
        return operation == null ? null : new WholeNumberAssignment(column, operation, tokens.slice(operand, at));
    }

    private boolean isWholeNumber(int token) {
        if (tokens.kind(token) != Tokens.Kind.NUMBER || tokens.end(token) - tokens.start(token) > MOST_DIGITS) {
            return false;
        }
        for (int i = tokens.start(token); i < tokens.end(token); i++) {
            var c = tokens.sql().charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
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
        var path = path("a column");
        var last = path.size() - 1;
        if (last > 0 && !(rules.has(SqlFact.QUALIFIED_SET_COLUMNS) && means(path.subList(0, last), table))) {
            throw new Refusal(
                    "'" + since(from).text() + "' is no column of " + table.text(),
                    "Name the column without a qualifier; a part of a column is not captured, set the whole one.");
        }
        return path.get(last);
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

    /** The end of the statement, and RETURNING with its columns before it; null when the statement returns nothing. */
    @Nullable
    Returning ending() {
        var returning = is("RETURNING") ? returning() : null;
        end();
        return returning;
    }

    private Returning returning() {
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
        return new Returning(since(from), since(0));
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
