package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.alibaba.druid.DbType;
import com.alibaba.druid.sql.SQLUtils;
import com.alibaba.druid.sql.ast.SQLExpr;
import com.alibaba.druid.sql.ast.SQLStatement;
import com.alibaba.druid.sql.ast.expr.SQLListExpr;
import com.alibaba.druid.sql.ast.statement.SQLDeleteStatement;
import com.alibaba.druid.sql.ast.statement.SQLInsertStatement;
import com.alibaba.druid.sql.ast.statement.SQLUpdateStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.RowConstructor;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.update.Update;
import org.junit.jupiter.api.Test;

/**
 * Two parsers that know nothing of each other or of us: where one of them parses a statement that we recognise, it must see
 * the same verb, table, columns, number of rows and number of parameters, or the case is listed with its reason.
 */
class ParserAgreementTest {

    private static final Map<String, DbType> DRUID_NAMES = Map.of(
            "h2", DbType.h2,
            "mysql", DbType.mysql,
            "postgresql", DbType.postgresql,
            "oracle", DbType.oracle,
            "sqlserver", DbType.sqlserver);

    /** What a statement is about, spelled alike by all. */
    private record Shape(String verb, String table, List<String> columns, int rows, int parameters) {
        Shape {
            table = bare(table);
            columns = columns.stream().map(Shape::bare).toList();
        }

        /** The last part of a name, without quotes. */
        private static String bare(String name) {
            var parts = name.replaceAll("[`\"\\[\\]]", "").split("\\.");
            return parts[parts.length - 1].trim().toLowerCase(Locale.ROOT);
        }
    }

    @Test
    void druid_sees_what_we_see() {
        assertAgreement("druid", ParserAgreementTest::druid);
    }

    @Test
    void jsqlparser_sees_what_we_see() {
        assertAgreement("jsqlparser", ParserAgreementTest::jsqlparser);
    }

    private static void assertAgreement(String parser, BiFunction<Corpus.Case, SqlRules, Optional<Shape>> other) {
        var listed = Corpus.lines("parser-disagreements.txt").stream()
                .map(line -> line.split("\t"))
                .filter(parts -> parts[0].equals(parser))
                .map(parts -> parts[1] + " " + parts[2])
                .toList();
        var disagreements = new ArrayList<String>();
        var compared = 0;
        for (Corpus.Case one : Corpus.cases()) {
            var ours = ours(new SqlRecognizer(one.rules()).recognize(one.sql()), one);
            if (ours.isEmpty()) {
                continue;
            }
            var theirs = other.apply(one, one.rules());
            if (theirs.isEmpty()) {
                continue;
            }
            compared++;
            var name = one.database() + " " + one.tag();
            if (ours.equals(theirs) == listed.contains(name)) {
                disagreements.add(
                        name + ": " + one.sql() + "\n  ours " + ours.get() + "\n  " + parser + " " + theirs.get());
            }
        }
        assertThat(disagreements)
                .as("disagreements that are not listed, or listed ones that are none")
                .isEmpty();
        // Proof that the parser was asked at all.
        assertThat(compared).isGreaterThan(100);
    }

    private static Optional<Shape> ours(RecognizedSql plan, Corpus.Case one) {
        var parameters = parameters(one.sql(), one.rules());
        if (plan instanceof RecognizedSql.Upsert upsert) {
            return ours(upsert.insert(), one);
        }
        if (plan instanceof RecognizedSql.Insert insert) {
            return Optional.of(new Shape(
                    "insert",
                    insert.table().table().name(),
                    names(insert.columns()),
                    insert.rows().size(),
                    parameters));
        }
        if (plan instanceof RecognizedSql.Update update) {
            return Optional.of(
                    new Shape("update", update.table().table().name(), names(update.setColumns()), 0, parameters));
        }
        if (plan instanceof RecognizedSql.Delete delete) {
            return Optional.of(new Shape("delete", delete.table().table().name(), List.of(), 0, parameters));
        }
        return Optional.empty();
    }

    private static List<String> names(List<Identifier> names) {
        return names.stream().map(Identifier::name).toList();
    }

    private static int parameters(String sql, SqlRules rules) {
        var tokens = new Lexer(rules).cut(sql);
        return tokens.size() == 0 ? 0 : tokens.slice(0, tokens.size()).parameterCount();
    }

    private static Optional<Shape> druid(Corpus.Case one, SqlRules rules) {
        SQLStatement statement;
        try {
            statement = SQLUtils.parseSingleStatement(one.sql(), DRUID_NAMES.get(one.database()));
        } catch (RuntimeException cannotParse) {
            return Optional.empty();
        }
        // What a parser prints again shows what it kept.
        var parameters = parameters(SQLUtils.toSQLString(statement, DRUID_NAMES.get(one.database())), rules);
        if (statement instanceof SQLInsertStatement insert) {
            return Optional.of(new Shape(
                    "insert",
                    insert.getTableName().toString(),
                    insert.getColumns().stream().map(Object::toString).toList(),
                    insert.getValuesList().size(),
                    parameters));
        }
        if (statement instanceof SQLUpdateStatement update) {
            var columns = new ArrayList<String>();
            update.getItems().forEach(item -> columns.addAll(druidColumns(item.getColumn())));
            return Optional.of(new Shape("update", update.getTableName().toString(), columns, 0, parameters));
        }
        if (statement instanceof SQLDeleteStatement delete) {
            return Optional.of(new Shape("delete", delete.getTableName().toString(), List.of(), 0, parameters));
        }
        return Optional.of(new Shape(statement.getClass().getSimpleName(), "", List.of(), 0, parameters));
    }

    private static List<String> druidColumns(SQLExpr target) {
        return target instanceof SQLListExpr list
                ? list.getItems().stream().map(Object::toString).toList()
                : List.of(target.toString());
    }

    private static Optional<Shape> jsqlparser(Corpus.Case one, SqlRules rules) {
        net.sf.jsqlparser.statement.Statement statement;
        try {
            statement = CCJSqlParserUtil.parse(
                    one.sql(),
                    parser -> parser.withSquareBracketQuotation(rules.has(SqlFact.BRACKETED_NAMES))
                            .withBackslashEscapeCharacter(rules.has(SqlFact.BACKSLASH_ESCAPES)));
        } catch (JSQLParserException cannotParse) {
            return Optional.empty();
        }
        var parameters = parameters(statement.toString(), rules);
        if (statement instanceof Insert insert) {
            var columns = insert.getColumns();
            return Optional.of(new Shape(
                    "insert",
                    insert.getTable().getName(),
                    columns == null
                            ? List.of()
                            : columns.stream()
                                    .map(column -> column.getColumnName())
                                    .toList(),
                    insert.getSelect() instanceof net.sf.jsqlparser.statement.select.Values values
                            ? rows(values.getExpressions())
                            : 0,
                    parameters));
        }
        if (statement instanceof Update update) {
            var columns = new ArrayList<String>();
            update.getUpdateSets()
                    .forEach(set -> set.getColumns().forEach(column -> columns.add(column.getColumnName())));
            return Optional.of(new Shape("update", update.getTable().getName(), columns, 0, parameters));
        }
        if (statement instanceof Delete delete) {
            return Optional.of(new Shape("delete", delete.getTable().getName(), List.of(), 0, parameters));
        }
        return Optional.of(new Shape(statement.getClass().getSimpleName(), "", List.of(), 0, parameters));
    }

    /** One row is a list of its values; several rows are a list of rows. */
    private static int rows(ExpressionList<?> values) {
        var ofRows = !values.isEmpty() && values.stream().allMatch(ParserAgreementTest::isRow);
        return ofRows && !(values instanceof ParenthesedExpressionList) ? values.size() : 1;
    }

    private static boolean isRow(Expression expression) {
        return expression instanceof ParenthesedExpressionList
                || expression instanceof RowConstructor
                || expression instanceof Function function && "ROW".equals(function.getName());
    }
}
