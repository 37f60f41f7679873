package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.UniqueKey;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.InsertValue.Kind;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows that are in the way of the rows given by an upsert. Each unique key is asked for apart, so that the database
 * uses its own index, and nothing that is absent is locked: locked gaps would make neighbouring upserts deadlock. A key whose
 * value only the database knows is not asked for; the capture proves in its own way that it did no harm. Immutable.
 */
final class ConflictLookup {

    /** Questions in one query; more are asked in several. */
    private static final int MOST_QUESTIONS = 64;

    private final CaptureContext context;
    private final BoundParameters parameters;
    private final List<List<Question>> questions;

    /** Whether a row has these values; asked of the database in its own words. */
    private record Question(int row, List<ColumnMeta> columns, List<KeyExpression> values) {}

    ConflictLookup(
            CaptureContext context, RecognizedSql.Upsert upsert, BoundParameters parameters, List<UniqueKey> uniqueKeys)
            throws SQLException, RepeatCaptureException {
        this.context = context;
        this.parameters = parameters;
        List<ColumnMeta> columns = columns(context, upsert.insert());
        List<List<ColumnMeta>> keys = keys(context, upsert.match(), uniqueKeys);
        this.questions = new ArrayList<>();
        for (List<InsertValue> row : upsert.insert().rows()) {
            List<Question> ofRow = new ArrayList<>();
            for (List<ColumnMeta> key : keys) {
                List<KeyExpression> values = values(key, columns, row);
                if (values != null) {
                    ofRow.add(new Question(questions.size(), key, values));
                }
            }
            questions.add(ofRow);
        }
    }

    /** The columns that the values are for, by position. */
    private static List<ColumnMeta> columns(CaptureContext context, RecognizedSql.Insert insert)
            throws RepeatCaptureException {
        if (insert.columns().isEmpty()) {
            return context.table().columns().stream()
                    .filter(ColumnMeta::visible)
                    .toList();
        }
        List<ColumnMeta> columns = new ArrayList<>();
        for (Identifier name : insert.columns()) {
            columns.add(context.column(name));
        }
        return columns;
    }

    private static List<List<ColumnMeta>> keys(
            CaptureContext context, RecognizedSql.Upsert.Match match, List<UniqueKey> uniqueKeys)
            throws RepeatCaptureException {
        if (!match.anyUniqueKey()) {
            if (match.columns().isEmpty()) {
                return List.of(context.table().keyColumns());
            }
            List<ColumnMeta> columns = new ArrayList<>();
            for (Identifier name : match.columns()) {
                columns.add(context.column(name));
            }
            return List.of(columns);
        }
        List<List<ColumnMeta>> keys = new ArrayList<>();
        for (UniqueKey key : uniqueKeys) {
            keys.add(key.columns().stream()
                    .map(name -> context.table().column(name).orElseThrow())
                    .toList());
        }
        return keys;
    }

    /** What the row holds in these columns; null when that cannot be asked for, or is null and so in nobody's way. */
    private @Nullable List<KeyExpression> values(
            List<ColumnMeta> key, List<ColumnMeta> columns, List<InsertValue> row) {
        List<KeyExpression> values = new ArrayList<>(key.size());
        for (ColumnMeta column : key) {
            int index = columns.indexOf(column);
            InsertValue value = index < 0 || index >= row.size() ? null : row.get(index);
            KeyExpression asked = asked(column, value);
            if (asked == null) {
                return null;
            }
            values.add(asked);
        }
        return values;
    }

    private @Nullable KeyExpression asked(ColumnMeta column, @Nullable InsertValue value) {
        if (value == null || value.kind() == Kind.DEFAULT) {
            String constant = column.rules().constantDefault();
            return constant == null ? null : new KeyExpression.Constant(constant);
        }
        if (!value.constant() || value.kind() == Kind.NULL) {
            return null;
        }
        String text = value.slice().text();
        String template = column.rules().stored();
        String stored = template == null
                ? context.dialect().types().assigned(text, column.typeName())
                : template.formatted(text);
        return new KeyExpression.Given(stored, value.slice(), parameters, null);
    }

    /** For each row given the primary keys of the rows in its way, as a snapshot sees them; locks nothing. */
    List<Map<RowKey, List<@Nullable Object>>> ofAllRows() throws SQLException {
        List<Map<RowKey, List<@Nullable Object>>> found = results();
        List<Question> all = questions.stream().flatMap(List::stream).toList();
        for (int from = 0; from < all.size(); from += MOST_QUESTIONS) {
            ask(all.subList(from, Math.min(all.size(), from + MOST_QUESTIONS)), "", found);
        }
        return found;
    }

    /** The primary keys of the rows in the way of one row. */
    Map<RowKey, List<@Nullable Object>> ofRow(int row) throws SQLException {
        List<Map<RowKey, List<@Nullable Object>>> found = results();
        if (!questions.get(row).isEmpty()) {
            ask(questions.get(row), "", found);
        }
        return found.get(row);
    }

    /** The same as they are now, whatever this transaction's snapshot sees; for a row that is known to have met another. */
    Map<RowKey, List<@Nullable Object>> ofRowNow(int row) throws SQLException {
        List<Map<RowKey, List<@Nullable Object>>> found = results();
        for (Question question : questions.get(row)) {
            ask(List.of(question), " " + context.dialect().reads().lockClause(), found);
        }
        return found.get(row);
    }

    private List<Map<RowKey, List<@Nullable Object>>> results() {
        List<Map<RowKey, List<@Nullable Object>>> found = new ArrayList<>();
        questions.forEach(row -> found.add(new LinkedHashMap<>()));
        return found;
    }

    private void ask(List<Question> asked, String lock, List<Map<RowKey, List<@Nullable Object>>> found)
            throws SQLException {
        TableMeta table = context.table();
        Dialect dialect = context.dialect();
        StringBuilder sql = new StringBuilder();
        for (Question question : asked) {
            sql.append(sql.isEmpty() ? "SELECT " : " UNION ALL SELECT ").append(question.row());
            table.keyColumns()
                    .forEach(column -> sql.append(", ")
                            .append(column.form().selected(dialect.names().quoted(column.name()))));
            sql.append(" FROM ").append(context.rows().qualified(table)).append(" WHERE ");
            for (int i = 0; i < question.columns().size(); i++) {
                ColumnMeta column = question.columns().get(i);
                sql.append(i == 0 ? "" : " AND ")
                        .append(dialect.names().quoted(column.name()))
                        .append(" = ")
                        .append(question.values().get(i).sql());
            }
        }
        sql.append(lock);
        try (PreparedStatement statement = context.connection().prepareStatement(sql.toString())) {
            int next = 1;
            for (Question question : asked) {
                for (KeyExpression value : question.values()) {
                    next = value.bind(statement, next);
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<@Nullable Object> key = new ArrayList<>();
                    for (ColumnMeta column : table.keyColumns()) {
                        key.add(ColumnValues.read(rows, key.size() + 2, column));
                    }
                    found.get(rows.getInt(1)).put(RowKey.of(key), key);
                }
            }
        }
    }
}
