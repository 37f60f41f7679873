package dev.lockstep.rm.at.sql;

import dev.lockstep.rm.at.sql.InsertValue.Kind;
import dev.lockstep.rm.at.sql.RecognizedSql.Insert;
import dev.lockstep.rm.at.sql.RecognizedSql.Upsert;
import dev.lockstep.rm.at.sql.RecognizedSql.Upsert.Conflict;
import dev.lockstep.rm.at.sql.RecognizedSql.Upsert.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one INSERT, REPLACE, or MERGE with KEY: its rows, and what it does with those that are there already. Walks
 * once; not thread-safe.
 */
final class InsertWalker {

    private static final String ROWS_UNKNOWN =
            "takes its rows from a query, and which of them are there already is known only to the database";
    private static final String UPSERT_VALUES = "SELECT the rows, then send them with VALUES.";

    private final Tokens tokens;
    private final Cursor cursor;
    private final int verb;
    private List<Identifier> columns = List.of();
    private List<List<InsertValue>> rows = List.of();

    /** The token behind VALUES; 0 where that word is missing. */
    private int firstRow;

    /** @param verb the token of the statement's verb; what stands before it are common table expressions */
    InsertWalker(Tokens tokens, SqlRules rules, int verb) {
        this.tokens = tokens;
        this.verb = verb;
        this.cursor = new Cursor(tokens, rules, verb + 1);
    }

    RecognizedSql insert() {
        cursor.skipModifiers();
        var skipsConflicts = cursor.skip("IGNORE");
        cursor.skipModifiers();
        var table = target();
        source(table);
        var tail = cursor.at;
        valuesAlias();
        Cursor.Assignments set = null;
        if (cursor.skip("ON", "DUPLICATE", "KEY")) {
            cursor.expect("UPDATE");
            set = cursor.assignments(table);
        } else if (cursor.skip("ON", "CONFLICT")) {
            conflictTarget();
            if (cursor.skip("DO", "NOTHING")) {
                skipsConflicts = true;
            } else if (cursor.skip("DO", "UPDATE", "SET")) {
                set = cursor.assignments(table);
                if (cursor.skip("WHERE")) {
                    cursor.expression("a condition");
                }
            } else {
                throw cursor.unknown("DO NOTHING or DO UPDATE");
            }
        }
        if (set == null) {
            return plain(table, skipsConflicts);
        }
        return upsert(table, Conflict.UPDATE, Match.ANY_UNIQUE_KEY, set.columns(), tokens.slice(tail, cursor.at));
    }

    /** {@code REPLACE INTO t ...}, which deletes the rows in the way, except where it updates the one of the same key. */
    RecognizedSql replace() {
        cursor.skipModifiers();
        var table = target();
        source(table);
        return cursor.rules.has(SqlFact.MERGE_BY_KEY)
                ? upsert(table, Conflict.UPDATE, new Match(false, List.of()), columns, null)
                : upsert(table, Conflict.REPLACE, Match.ANY_UNIQUE_KEY, List.of(), null);
    }

    /** {@code MERGE INTO t (a, b) KEY (a) VALUES ...}. */
    RecognizedSql merge() {
        cursor.expect("INTO");
        var table = cursor.table();
        if (!cursor.isSymbol('(') && !cursor.is("KEY") && !cursor.is("VALUES")) {
            throw new Refusal(
                    "MERGE ... " + tokens.excerpt(cursor.at) + " is not captured: it decides row by row what to do",
                    "SELECT the rows, then INSERT, UPDATE or DELETE them.");
        }
        cursor.hiddenWrites.refuseWritesAndLocks(cursor.at);
        if (cursor.isSymbol('(') && !isQuery(cursor.at + 1)) {
            columns = cursor.names();
        }
        List<Identifier> keys = cursor.skip("KEY") ? cursor.names() : List.of();
        values(table);
        var keyNames =
                keys.stream().map(key -> key.name().toUpperCase(Locale.ROOT)).toList();
        var set = columns.stream()
                .filter(column -> !keyNames.contains(column.name().toUpperCase(Locale.ROOT)))
                .toList();
        return upsert(table, Conflict.UPDATE, new Match(false, keys), set, null);
    }

    private TableReference target() {
        if (!cursor.skip("INTO") && !cursor.rules.has(SqlFact.OPTIONAL_INTO)) {
            throw cursor.unknown("INTO");
        }
        var table = cursor.table();
        if (cursor.skip("AS")) {
            table = Cursor.aliased(table, cursor.name("an alias"));
        }
        cursor.hiddenWrites.refuseWritesAndLocks(cursor.at);
        return table;
    }

    /** Where the rows come from. */
    private void source(TableReference table) {
        if (cursor.isSymbol('(') && !isQuery(cursor.at + 1)) {
            columns = cursor.isSymbol('(') && tokens.isSymbol(cursor.at + 1, ')') ? noColumns() : cursor.names();
        }
        if (cursor.are("OVERRIDING", "SYSTEM", "VALUE") || cursor.are("OVERRIDING", "USER", "VALUE")) {
            cursor.at += 3;
        }
        if (columns.isEmpty() && cursor.skip("DEFAULT", "VALUES")) {
            rows = List.of(List.of());
        } else if (columns.isEmpty() && cursor.skip("SET")) {
            set(table);
        } else if (cursor.is("VALUES") || cursor.is("VALUE")) {
            values(table);
        } else {
            query();
        }
    }

    private boolean isQuery(int at) {
        return tokens.isSymbol(at, '(')
                || tokens.isIn(at, Words.QUERY) && !tokens.isSymbol(at + 1, ',') && !tokens.isSymbol(at + 1, ')');
    }

    /** {@code INSERT INTO t () VALUES ()}: all columns take their default. */
    private List<Identifier> noColumns() {
        cursor.at += 2;
        return List.of();
    }

    private void set(TableReference table) {
        var names = new ArrayList<Identifier>();
        var row = new ArrayList<InsertValue>();
        do {
            names.add(cursor.column(table));
            cursor.expect('=');
            row.add(value());
        } while (cursor.skip(','));
        columns = names;
        rows = List.of(row);
    }

    private void values(TableReference table) {
        if (!cursor.skip("VALUES") && !cursor.skip("VALUE")) {
            if (isQuery(cursor.at) || cursor.isSymbol('(')) {
                throw new Refusal(tokens.excerpt(verb) + " " + ROWS_UNKNOWN, UPSERT_VALUES);
            }
            throw cursor.unknown("VALUES");
        }
        firstRow = cursor.at;
        var found = new ArrayList<List<InsertValue>>();
        var width = columns.size();
        do {
            cursor.skip("ROW");
            cursor.expect('(');
            var row = new ArrayList<InsertValue>(width);
            if (!(width == 0 && cursor.isSymbol(')'))) {
                do {
                    row.add(value());
                } while (cursor.skip(','));
            }
            cursor.expect(')');
            var expected = width > 0
                    ? width
                    : found.isEmpty() ? row.size() : found.get(0).size();
            if (row.size() != expected) {
                throw new Refusal(
                        "row " + (found.size() + 1) + " of VALUES has " + row.size() + " values instead of " + expected,
                        "Give every row a value for every column.");
            }
            found.add(row);
        } while (cursor.skip(','));
        rows = found;
    }

    private InsertValue value() {
        var from = cursor.at;
        var slice = cursor.expression("a value");
        var kind = kind(from);
        var constant = kind == Kind.EXPRESSION ? cursor.expressions.isConstant(from, cursor.at) : kind != Kind.DEFAULT;
        return new InsertValue(kind, slice, constant);
    }

    private Kind kind(int from) {
        var length = cursor.at - from;
        if (length == 1) {
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
        var signed = length == 2
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

    /** A query up to the clauses of INSERT behind it. */
    private void query() {
        cursor.skip("DIRECT");
        if (!isQuery(cursor.at) && !cursor.isSymbol('(')) {
            throw cursor.unknown("VALUES");
        }
        while (cursor.at < tokens.size()
                && !cursor.isSymbol(';')
                && !cursor.are("ON", "CONFLICT")
                && !cursor.are("ON", "DUPLICATE", "KEY")
                && !(cursor.is("RETURNING") && cursor.rules.has(SqlFact.RETURNING))) {
            cursor.at = cursor.isSymbol('(') ? cursor.expressions.closing(cursor.at) + 1 : cursor.at + 1;
        }
    }

    /** {@code AS new (a, b)} names the row given, for the assignments behind. */
    private void valuesAlias() {
        if (cursor.skip("AS")) {
            cursor.name("an alias");
            if (cursor.isSymbol('(')) {
                cursor.names();
            }
        }
    }

    private void conflictTarget() {
        if (cursor.skip("ON", "CONSTRAINT")) {
            cursor.name("a constraint");
        } else if (cursor.isSymbol('(')) {
            cursor.at = cursor.expressions.closing(cursor.at) + 1;
            if (cursor.skip("WHERE")) {
                cursor.expression("a condition");
            }
        }
    }

    private Insert plain(TableReference table, boolean skipsConflicts) {
        var withoutReturning = cursor.since(0);
        var returning = cursor.ending();
        return new Insert(
                table,
                columns,
                rows,
                skipsConflicts,
                returning,
                returning == null ? withoutReturning : returning.statement());
    }

    private Upsert upsert(
            TableReference table, Conflict conflict, Match match, List<Identifier> setColumns, @Nullable Slice tail) {
        if (rows.isEmpty()) {
            throw new Refusal(tokens.excerpt(verb) + " " + ROWS_UNKNOWN, UPSERT_VALUES);
        }
        if (verb > 0) {
            throw new Refusal(
                    "'" + tokens.excerpt(verb) + "' that may change rows is not captured behind WITH",
                    "Leave the common table expressions out.");
        }
        var head = firstRow == 0 ? madeUp(table) : tokens.slice(verb, firstRow).text();
        var statement = tokens.slice(0, cursor.at);
        return new Upsert(plain(table, false), conflict, match, setColumns, head, tail, statement);
    }

    /** The head of the same statement with VALUES. */
    private String madeUp(TableReference table) {
        var text = new StringBuilder("INSERT INTO ").append(table.text());
        var alias = table.alias();
        if (alias != null) {
            text.append(" AS ").append(alias.text());
        }
        if (!columns.isEmpty()) {
            text.append(" (")
                    .append(String.join(
                            ", ", columns.stream().map(Identifier::text).toList()))
                    .append(')');
        }
        return text.append(" VALUES").toString();
    }
}
