package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.InsertValue.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through one INSERT, UPDATE, DELETE or locking SELECT, clause by clause, and slices it. Any token that it does not
 * know where it stands is a {@link Refusal} that names the token. Walks once; not thread-safe.
 */
final class ClauseWalker {

    private static final String CAPTURED_FORMS =
            "Write it as an INSERT with VALUES, an UPDATE or a DELETE of one table, without extensions.";

    private final Tokens tokens;
    private final SqlRules rules;
    private final ExpressionWalker expressions;
    private final HiddenWrites hiddenWrites;
    private int at;

    ClauseWalker(Tokens tokens, SqlRules rules) {
        this.tokens = tokens;
        this.rules = rules;
        this.expressions = new ExpressionWalker(tokens, rules);
        this.hiddenWrites = new HiddenWrites(tokens, rules);
    }

    RecognizedSql insert() {
        at = 1;
        skipModifiers();
        if (!skip("INTO") && !rules.has(SqlFact.OPTIONAL_INTO)) {
            throw unknown("INTO");
        }
        var table = table();
        if (skip("AS")) {
            table = aliased(table, name("an alias"));
        }
        hiddenWrites.refuseWritesAndLocks(at);
        var columns = tokens.isSymbol(at, '(') ? columnList() : List.<Identifier>of();
        if (tokens.are(at, "OVERRIDING", "SYSTEM", "VALUE")) {
            at += 3;
        }
        if (!skip("VALUES") && !skip("VALUE")) {
            throw notValues();
        }
        var rows = rows(columns.size());
        end();
        return new RecognizedSql.Insert(table, columns, rows);
    }

    private Refusal notValues() {
        if (tokens.isIn(at, Words.QUERY) || tokens.isSymbol(at, '(')) {
            return new Refusal(
                    "INSERT ... SELECT is not captured: its rows are known only to the database",
                    "SELECT the rows, then INSERT them with VALUES.");
        }
        if (tokens.is(at, "SET") || tokens.is(at, "DEFAULT") || tokens.is(at, "OVERRIDING")) {
            return new Refusal(
                    "INSERT ... " + tokens.excerpt(at) + " is not captured",
                    "List the columns, and their values in VALUES.");
        }
        return unknown("VALUES");
    }

    private List<Identifier> columnList() {
        if (tokens.isIn(at + 1, Words.QUERY) && !tokens.isSymbol(at + 2, ',') && !tokens.isSymbol(at + 2, ')')) {
            throw notValues();
        }
        at++;
        var columns = new ArrayList<Identifier>();
        do {
            columns.add(name("a column"));
        } while (skip(','));
        expect(')');
        return columns;
    }

    private List<List<InsertValue>> rows(int width) {
        var rows = new ArrayList<List<InsertValue>>();
        do {
            skip("ROW");
            expect('(');
            var row = new ArrayList<InsertValue>(width);
            do {
                row.add(value());
            } while (skip(','));
            expect(')');
            var expected = width > 0
                    ? width
                    : rows.isEmpty() ? row.size() : rows.get(0).size();
            if (row.size() != expected) {
                throw new Refusal(
                        "row " + (rows.size() + 1) + " of VALUES has " + row.size() + " values instead of " + expected,
                        "Give every row a value for every column.");
            }
            rows.add(row);
        } while (skip(','));
        return rows;
    }

    private InsertValue value() {
        var from = at;
        at = expressions.endOfExpression(at);
        if (at == from) {
            throw unknown("a value");
        }
        return new InsertValue(kind(from), tokens.slice(from, at));
    }

    private Kind kind(int from) {
        if (at - from == 1) {
            switch (tokens.kind(from)) {
                case PARAMETER:
                    return Kind.PARAMETER;
                case STRING:
                    return Kind.STRING;
                case NUMBER:
                    return isDecimal(from) ? Kind.NUMBER : Kind.EXPRESSION;
                case WORD:
                    return tokens.is(from, "NULL")
                            ? Kind.NULL
                            : tokens.is(from, "DEFAULT") ? Kind.DEFAULT : Kind.EXPRESSION;
                default:
                    return Kind.EXPRESSION;
            }
        }
        var signed = at - from == 2
                && (tokens.isSymbol(from, '-') || tokens.isSymbol(from, '+'))
                && tokens.touchesNext(from)
                && tokens.kind(from + 1) == Tokens.Kind.NUMBER
                && isDecimal(from + 1);
        return signed ? Kind.NUMBER : Kind.EXPRESSION;
    }

    /** Whether Java reads the number as SQL does: no radix, no underscores. */
    private boolean isDecimal(int number) {
        for (int i = tokens.start(number); i < tokens.end(number); i++) {
            var c = tokens.sql().charAt(i);
            if ((c < '0' || c > '9') && ".eE+-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    RecognizedSql update() {
        at = 1;
        skipModifiers();
        var table = tableWithAlias();
        hiddenWrites.refuseWritesAndLocks(at);
        if (!skip("SET")) {
            throw unknown("SET");
        }
        var from = at;
        var columns = new ArrayList<Identifier>();
        do {
            target(table, columns);
            expect('=');
            var value = at;
            at = expressions.endOfExpression(at);
            if (at == value) {
                throw unknown("a value");
            }
        } while (skip(','));
        var set = tokens.slice(from, at);
        var selection = selection();
        end();
        return new RecognizedSql.Update(table, columns, set, selection);
    }

    private void target(TableReference table, List<Identifier> columns) {
        if (!skip('(')) {
            columns.add(targetColumn(table));
            return;
        }
        do {
            columns.add(targetColumn(table));
        } while (skip(','));
        expect(')');
    }

    private Identifier targetColumn(TableReference table) {
        var from = at;
        var parts = new ArrayList<Identifier>();
        do {
            parts.add(name("a column"));
        } while (skip('.'));
        var qualifiers = parts.subList(0, parts.size() - 1);
        if (!qualifiers.isEmpty() && !(rules.has(SqlFact.QUALIFIED_SET_COLUMNS) && means(qualifiers, table))) {
            throw new Refusal(
                    "'" + tokens.slice(from, at).text() + "' is no column of " + table.text(),
                    "Name the column without a qualifier; a part of a column is not captured, set the whole one.");
        }
        return parts.get(parts.size() - 1);
    }

    private static boolean means(List<Identifier> qualifiers, TableReference table) {
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

    RecognizedSql delete() {
        at = 1;
        skipModifiers();
        if (!skip("FROM") && !rules.has(SqlFact.OPTIONAL_FROM)) {
            throw unknown("FROM");
        }
        var table = tableWithAlias();
        hiddenWrites.refuseWritesAndLocks(at);
        var selection = selection();
        end();
        return new RecognizedSql.Delete(table, selection);
    }

    /** A SELECT with a locking clause, from one table. */
    RecognizedSql lockingRead() {
        at = 1;
        if (tokens.is(at, "TOP") || tokens.is(at, "LIMIT")) {
            throw unknown("the columns");
        }
        hiddenWrites.refuseWrites(at);
        hiddenWrites.refuseLocksInParentheses(at);
        at = fromClause();
        at++;
        var table = tableWithAlias();
        var selection = selection();
        var from = at;
        while (hiddenWrites.isLockingClause(at)) {
            lockingClause(table);
        }
        if (at == from) {
            throw unknown("FOR UPDATE");
        }
        var lock = tokens.slice(from, at).text();
        if (selection.limit() == null && isLimit()) {
            selection = new RowSelection(selection.where(), selection.orderBy(), limit(), false);
        }
        end();
        return new RecognizedSql.LockingRead(table, selection, lock);
    }

    /** The FROM of the outermost SELECT. */
    private int fromClause() {
        for (int token = at; token < tokens.size(); token++) {
            if (tokens.isSymbol(token, '(')) {
                token = expressions.closing(token);
            } else if (tokens.is(token, "FROM") && !tokens.is(token - 1, "DISTINCT")) {
                return token;
            } else if (tokens.isIn(token, Words.NEVER_AN_OPERAND) && !tokens.is(token, "FROM")) {
                at = token;
                throw unknown("FROM");
            }
        }
        at = tokens.size();
        throw unknown("FROM");
    }

    private void lockingClause(TableReference table) {
        while (tokens.is(at, "FOR") || tokens.is(at, "NO") || tokens.is(at, "KEY") || tokens.is(at, "LOCK")) {
            at++;
        }
        if (!skip("UPDATE") && !skip("SHARE")) {
            at += 3; // IN SHARE MODE
            return;
        }
        if (skip("OF")) {
            var locked = table();
            if (!means(locked.path(), table)) {
                throw new Refusal(
                        "'OF " + locked.text() + "' names another table than " + table.text(),
                        "Lock rows of the table that the SELECT reads.");
            }
        }
        if (tokens.is(at, "WAIT") && tokens.kind(at + 1) == Tokens.Kind.NUMBER) {
            at += 2;
        } else if (tokens.are(at, "SKIP", "LOCKED")) {
            at += 2;
        } else {
            skip("NOWAIT");
        }
    }

    private RowSelection selection() {
        Slice where = null;
        Slice orderBy = null;
        Slice limit = null;
        var steady = true;
        if (skip("WHERE")) {
            if (tokens.are(at, "CURRENT", "OF")) {
                throw new Refusal(
                        "WHERE CURRENT OF means the row under a cursor, which only the database knows",
                        "Select the row by its primary key.");
            }
            var from = at;
            at = expressions.endOfExpression(at);
            if (at == from) {
                throw unknown("a condition");
            }
            where = tokens.slice(from, at);
            steady = expressions.isSteady(from, at);
        }
        if (tokens.are(at, "ORDER", "BY")) {
            at += 2;
            var from = at;
            at = expressions.endOfExpressions(at);
            if (at == from) {
                throw unknown("an order");
            }
            orderBy = tokens.slice(from, at);
        }
        if (isLimit()) {
            limit = limit();
        }
        return where == null && orderBy == null && limit == null
                ? RowSelection.ALL
                : new RowSelection(where, orderBy, limit, steady && limit == null);
    }

    private boolean isLimit() {
        return tokens.is(at, "LIMIT") || tokens.is(at, "FETCH") || tokens.is(at, "OFFSET");
    }

    private Slice limit() {
        var from = at;
        while (isPartOfLimit()) {
            at = tokens.isSymbol(at, '(') ? expressions.closing(at) + 1 : at + 1;
        }
        return tokens.slice(from, at);
    }

    private boolean isPartOfLimit() {
        return switch (tokens.kind(at)) {
            case NUMBER, PARAMETER, VARIABLE -> true;
            case WORD -> tokens.isIn(at, Words.LIMIT) || tokens.isSymbol(at - 1, ':') || tokens.is(at, "CAST");
            case SYMBOL -> "(,+-*/:".indexOf(tokens.sql().charAt(tokens.start(at))) >= 0;
            default -> false;
        };
    }

    private void skipModifiers() {
        while (tokens.isIn(at, rules.statementModifiers())) {
            at++;
        }
    }

    private TableReference tableWithAlias() {
        var table = table();
        if (skip("AS") || tokens.isName(at) && !tokens.isIn(at, Words.NOT_AN_ALIAS)) {
            return aliased(table, name("an alias"));
        }
        return table;
    }

    private static TableReference aliased(TableReference table, Identifier alias) {
        return new TableReference(table.path(), table.text(), alias);
    }

    private TableReference table() {
        if (tokens.isIn(at, Words.NOT_A_TABLE) && !tokens.isSymbol(at + 1, '.')) {
            throw unknown("a table");
        }
        var from = at;
        var path = new ArrayList<Identifier>();
        do {
            path.add(name("a table"));
        } while (skip('.'));
        return new TableReference(path, tokens.slice(from, at).text(), null);
    }

    private Identifier name(String expected) {
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

    private boolean skip(String word) {
        if (tokens.is(at, word)) {
            at++;
            return true;
        }
        return false;
    }

    private boolean skip(char symbol) {
        if (tokens.isSymbol(at, symbol)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char symbol) {
        if (!skip(symbol)) {
            throw unknown("'" + symbol + "'");
        }
    }

    private void end() {
        while (tokens.isSymbol(at, ';')) {
            at++;
        }
        if (tokens.is(at, "ON")) {
            throw new Refusal(
                    "'ON " + tokens.excerpt(at + 1) + "' may change rows that are there already",
                    "SELECT the row FOR UPDATE, then INSERT or UPDATE it.");
        }
        if (tokens.is(at, "RETURNING")) {
            throw new Refusal(
                    "RETURNING is not captured",
                    "Leave it out and read the rows by their keys, or the generated keys.");
        }
        if (at < tokens.size()) {
            throw unknown("the end of the statement");
        }
    }

    private Refusal unknown(String expected) {
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
