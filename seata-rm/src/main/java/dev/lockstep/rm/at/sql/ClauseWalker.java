package dev.lockstep.rm.at.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one UPDATE, DELETE or locking SELECT, clause by clause, and slices it; {@link InsertWalker} does the rest.
 * Any token that it does not know where it stands is a {@link Refusal} that names the token. Walks once; not thread-safe.
 */
final class ClauseWalker {

    private final Tokens tokens;
    private final Cursor cursor;
    private final int verb;

    /** @param verb the token of the statement's verb; what stands before it are common table expressions */
    ClauseWalker(Tokens tokens, SqlRules rules, int verb) {
        this.tokens = tokens;
        this.verb = verb;
        this.cursor = new Cursor(tokens, rules, verb + 1);
    }

    RecognizedSql update() {
        cursor.skipModifiers();
        var from = cursor.at;
        var table = cursor.tableWithAlias();
        cursor.hiddenWrites.refuseWritesAndLocks(cursor.at);
        Slice joined = null;
        if (cursor.rules.has(SqlFact.JOINS_AS_TARGET) && isJoin()) {
            cursor.at = endOfTables(cursor.at, "SET");
            joined = cursor.since(from);
            table = targetOfAssignments(table, from);
        }
        cursor.expect("SET");
        var set = cursor.assignments(table);
        if (cursor.rules.has(SqlFact.JOINS_BEHIND_TARGET) && cursor.is("FROM")) {
            joined = behindTarget(table, cursor.at + 1);
        }
        var head = tokens.slice(0, cursor.at);
        var selection = selection(joined);
        return new RecognizedSql.Update(table, set.columns(), set.wholeNumbers(), head, selection, cursor.ending());
    }

    RecognizedSql delete() {
        cursor.skipModifiers();
        Slice joined = null;
        TableReference table;
        if (cursor.rules.has(SqlFact.JOINS_AS_TARGET) && namesTargetFirst()) {
            var target = cursor.table();
            if (cursor.skip('.') && !cursor.skip('*')) {
                throw cursor.unknown("FROM");
            }
            cursor.expect("FROM");
            var from = cursor.at;
            cursor.hiddenWrites.refuseWritesAndLocks(from);
            cursor.at = endOfTables(cursor.at, "WHERE");
            joined = cursor.since(from);
            table = amongTables(List.of(target.table()), from);
        } else {
            if (!cursor.skip("FROM") && !cursor.rules.has(SqlFact.OPTIONAL_FROM)) {
                throw cursor.unknown("FROM");
            }
            table = cursor.tableWithAlias();
            cursor.hiddenWrites.refuseWritesAndLocks(cursor.at);
            if (cursor.rules.has(SqlFact.JOINS_BEHIND_TARGET) && cursor.is("USING")) {
                joined = behindTarget(table, cursor.at + 1);
            } else if (cursor.rules.has(SqlFact.JOINS_AS_TARGET) && cursor.skip("USING")) {
                var from = cursor.at;
                cursor.at = endOfTables(from, "WHERE");
                joined = cursor.since(from);
                table = amongTables(List.of(table.table()), from);
            }
        }
        var head = tokens.slice(0, cursor.at);
        var selection = selection(joined);
        return new RecognizedSql.Delete(table, head, selection, cursor.ending());
    }

    // ---- tables that are joined

    private boolean isJoin() {
        return cursor.isSymbol(',') || tokens.isIn(cursor.at, Words.JOINS);
    }

    /** {@code DELETE a FROM t a JOIN s b}. */
    private boolean namesTargetFirst() {
        return tokens.isName(cursor.at) && !cursor.is("FROM") && !tokens.isIn(cursor.at, Words.NOT_A_TABLE);
    }

    /** The token behind a list of table references, which ends with this word or with the statement. */
    private int endOfTables(int from, String word) {
        var token = from;
        while (token < tokens.size() && !tokens.is(token, word) && !tokens.isSymbol(token, ';')) {
            if (tokens.is(token, "RETURNING")) {
                break;
            }
            token = tokens.isSymbol(token, '(') ? cursor.expressions.closing(token) + 1 : token + 1;
        }
        if (token == from) {
            throw cursor.unknown("a table");
        }
        return token;
    }

    /** The target and the tables from {@code from} on, as one list of tables. */
    private Slice behindTarget(TableReference table, int from) {
        cursor.at = from;
        cursor.at = endOfTables(from, "WHERE");
        var others = cursor.since(from);
        var alias = table.alias();
        var target = alias == null ? table.text() : table.text() + " AS " + alias.text();
        return new Slice(target + ", " + others.text(), others.firstParameter(), others.parameterCount());
    }

    /** The one table of a join whose columns are set, by the first of them; the others are held against it later. */
    private TableReference targetOfAssignments(TableReference first, int from) {
        var at = cursor.at;
        cursor.expect("SET");
        var path = cursor.path("a column");
        var qualifiers = path.subList(0, path.size() - 1);
        if (qualifiers.isEmpty()) {
            throw new Refusal(
                    "'" + path.get(0).text() + "' does not say to which of the joined tables it belongs",
                    "Write the table or its alias before each column behind SET.");
        }
        cursor.at = at;
        return Cursor.means(qualifiers, first) ? first : amongTables(qualifiers, from);
    }

    /** The table reference that these qualifiers lead to, between {@code from} and the cursor. */
    private TableReference amongTables(List<Identifier> qualifiers, int from) {
        var end = cursor.at;
        try {
            for (int token = from; token < end; token++) {
                var begins = token == from
                        || tokens.isSymbol(token - 1, ',')
                        || tokens.is(token - 1, "JOIN")
                        || tokens.is(token - 1, "STRAIGHT_JOIN");
                if (begins && tokens.isName(token)) {
                    cursor.at = token;
                    var table = cursor.tableWithAlias();
                    if (Cursor.means(qualifiers, table)) {
                        return table;
                    }
                }
            }
        } finally {
            cursor.at = end;
        }
        throw new Refusal(
                "'" + qualifiers.get(qualifiers.size() - 1).text() + "' is none of the joined tables",
                "Name the table to write by its alias.");
    }

    // ---- locking reads

    /** A SELECT with a locking clause, from one table. */
    RecognizedSql lockingRead() {
        if (cursor.is("TOP") || cursor.is("LIMIT")) {
            throw cursor.unknown("the columns");
        }
        cursor.hiddenWrites.refuseWrites(cursor.at);
        cursor.hiddenWrites.refuseLocksInParentheses(cursor.at);
        cursor.at = fromClause();
        cursor.at++;
        var table = cursor.tableWithAlias();
        var selection = selection(null);
        var from = cursor.at;
        while (cursor.hiddenWrites.isLockingClause(cursor.at)) {
            lockingClause(table);
        }
        if (cursor.at == from) {
            throw cursor.unknown("FOR UPDATE");
        }
        var lock = cursor.since(from).text();
        if (selection.limit() == null && isLimit()) {
            selection =
                    new RowSelection(selection.with(), null, selection.where(), selection.orderBy(), limit(), false);
        }
        cursor.end();
        return new RecognizedSql.LockingRead(table, selection, lock);
    }

    /** The FROM of the outermost SELECT. */
    private int fromClause() {
        for (int token = cursor.at; token < tokens.size(); token++) {
            if (tokens.isSymbol(token, '(')) {
                token = cursor.expressions.closing(token);
            } else if (tokens.is(token, "FROM") && !tokens.is(token - 1, "DISTINCT")) {
                return token;
            } else if (tokens.isIn(token, Words.NEVER_AN_OPERAND) && !tokens.is(token, "FROM")) {
                cursor.at = token;
                throw cursor.unknown("FROM");
            }
        }
        cursor.at = tokens.size();
        throw cursor.unknown("FROM");
    }

    private void lockingClause(TableReference table) {
        while (cursor.is("FOR") || cursor.is("NO") || cursor.is("KEY") || cursor.is("LOCK")) {
            cursor.at++;
        }
        if (!cursor.skip("UPDATE") && !cursor.skip("SHARE")) {
            cursor.at += 3; // IN SHARE MODE
            return;
        }
        if (cursor.skip("OF")) {
            var locked = cursor.table();
            if (!Cursor.means(locked.path(), table)) {
                throw new Refusal(
                        "'OF " + locked.text() + "' names another table than " + table.text(),
                        "Lock rows of the table that the SELECT reads.");
            }
        }
        if (cursor.is("WAIT") && tokens.kind(cursor.at + 1) == Tokens.Kind.NUMBER) {
            cursor.at += 2;
        } else if (!cursor.skip("SKIP", "LOCKED")) {
            cursor.skip("NOWAIT");
        }
    }

    // ---- which rows

    private RowSelection selection(@Nullable Slice joined) {
        Slice where = null;
        Slice orderBy = null;
        Slice limit = null;
        var steady = joined == null;
        if (cursor.skip("WHERE")) {
            if (cursor.are("CURRENT", "OF")) {
                throw new Refusal(
                        "WHERE CURRENT OF means the row under a cursor, which only the database knows",
                        "Select the row by its primary key.");
            }
            var from = cursor.at;
            where = cursor.expression("a condition");
            steady &= cursor.expressions.isSteady(from, cursor.at);
        }
        if (cursor.skip("ORDER", "BY")) {
            var from = cursor.at;
            cursor.at = cursor.expressions.endOfExpressions(from);
            if (cursor.at == from) {
                throw cursor.unknown("an order");
            }
            orderBy = cursor.since(from);
        }
        if (isLimit()) {
            limit = limit();
        }
        if (joined == null && where == null && orderBy == null && limit == null) {
            return RowSelection.ALL;
        }
        if (joined != null && (orderBy != null || limit != null)) {
            throw new Refusal(
                    "an order or limit of joined tables is not captured",
                    "Select the keys first, then write to one table.");
        }
        // Nothing but a sub-query can use what stands behind WITH, and then the rows may swap.
        var with = verb == 0 ? null : tokens.slice(0, verb);
        return new RowSelection(with, joined, where, orderBy, limit, steady && limit == null);
    }

    private boolean isLimit() {
        return cursor.is("LIMIT") || cursor.is("FETCH") || cursor.is("OFFSET");
    }

    private Slice limit() {
        var from = cursor.at;
        while (isPartOfLimit()) {
            cursor.at = cursor.isSymbol('(') ? cursor.expressions.closing(cursor.at) + 1 : cursor.at + 1;
        }
        return cursor.since(from);
    }

    private boolean isPartOfLimit() {
        var at = cursor.at;
        return switch (tokens.kind(at)) {
            case NUMBER, PARAMETER, VARIABLE -> true;
            case WORD -> tokens.isIn(at, Words.LIMIT) || tokens.isSymbol(at - 1, ':') || tokens.is(at, "CAST");
            case SYMBOL -> "(,+-*/:".indexOf(tokens.symbol(at)) >= 0;
            default -> false;
        };
    }
}
