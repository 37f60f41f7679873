package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.InsertValue.Kind;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the rows that an INSERT makes, where the driver returns no more than the numbers that AUTO_INCREMENT made up:
 * the rest stands in the VALUES. Known in full when the statement has run.
 *
 * <p>The numbers of one statement whose rows all want one follow each other by {@code auto_increment_increment}, whatever
 * {@code innodb_autoinc_lock_mode} says (MySQL's manual, "AUTO_INCREMENT Handling in InnoDB"); where only some rows want one
 * they depend on the numbers given, and the statement is refused. Drivers return every number or the first of each execution;
 * MySQL's (9.7) adds an increment that it read when it connected. Not thread-safe.
 */
final class InsertedKeys {

    private final CaptureContext context;
    private final String sql;
    private final int executions;
    /** By row and key column; null where a number is to be made up. */
    private final List<List<@Nullable KeyExpression>> rows = new ArrayList<>();

    private int rowsToNumber;

    private InsertedKeys(CaptureContext context, String sql, int executions) {
        this.context = context;
        this.sql = sql;
        this.executions = executions;
    }

    /**
     * What is known before the statement runs.
     *
     * @throws UnsupportedSqlException if the rest will never be known
     */
    static InsertedKeys of(CaptureContext context, RecognizedSql.Insert insert, WriteCall call) throws SQLException {
        InsertedKeys keys = new InsertedKeys(context, call.sql(), call.frames().size());
        keys.requireKeysAsGiven();
        if (insert.fromQuery()) {
            throw keys.unknown(
                    "they come from a query, and the database does not tell them",
                    "SELECT the rows, then INSERT them with VALUES.");
        }
        int[] positions = keys.positions(insert.columns());
        for (BoundParameters frame : call.frames()) {
            for (List<InsertValue> row : insert.rows()) {
                keys.add(row, positions, frame);
            }
        }
        if (keys.rowsToNumber > 0 && keys.rowsToNumber < keys.rows.size()) {
            throw keys.unknown(
                    keys.rowsToNumber + " of its " + keys.rows.size()
                            + " rows leave their key to AUTO_INCREMENT and the others do not",
                    "Insert those with a key and those without by statements, and batches, of their own.");
        }
        return keys;
    }

    private void requireKeysAsGiven() throws UnsupportedSqlException {
        List<String> triggers = context.table().sideEffects().keyTriggers();
        if (!triggers.isEmpty()) {
            throw unknown(
                    "the trigger " + String.join(", ", triggers) + " may change them",
                    "Give the keys in the statement and leave them out of the trigger.");
        }
    }

    /** Where the values of the key columns stand in a row; -1 for a column that has none. */
    private int[] positions(List<Identifier> columns) {
        TableMeta table = context.table();
        List<String> names = new ArrayList<>();
        for (Identifier column : columns) {
            names.add(table.columnInAnyCase(column.name()).orElseThrow().name());
        }
        if (names.isEmpty()) {
            table.columns().stream().filter(ColumnMeta::visible).forEach(column -> names.add(column.name()));
        }
        return table.primaryKey().stream().mapToInt(names::indexOf).toArray();
    }

    private void add(List<InsertValue> row, int[] positions, BoundParameters frame) throws SQLException {
        List<ColumnMeta> columns = context.table().keyColumns();
        List<@Nullable KeyExpression> key = new ArrayList<>(positions.length);
        boolean toNumber = false;
        for (int i = 0; i < positions.length; i++) {
            InsertValue value = positions[i] >= 0 && positions[i] < row.size() ? row.get(positions[i]) : null;
            boolean made = columns.get(i).identity() && wantsNumber(value, frame);
            toNumber |= made;
            key.add(made ? null : expression(columns.get(i), value, frame));
        }
        rows.add(key);
        rowsToNumber += toNumber ? 1 : 0;
    }

    private static boolean wantsNumber(@Nullable InsertValue value, BoundParameters frame) throws SQLException {
        if (value == null || value.kind() == Kind.DEFAULT || value.kind() == Kind.NULL) {
            return true;
        }
        Object given = given(value, frame);
        return value.kind() != Kind.EXPRESSION
                && (given == null || ColumnValues.comparable(given).equals(0L));
    }

    private KeyExpression expression(ColumnMeta column, @Nullable InsertValue value, BoundParameters frame)
            throws SQLException {
        if (value == null || value.kind() == Kind.DEFAULT) {
            String constant = column.rules().constantDefault();
            if (constant == null) {
                throw unknown(
                        "the database makes up " + column.name() + " and does not tell it",
                        "Give " + column.name() + " a value in the statement.");
            }
            return new KeyExpression.Constant(constant);
        }
        if (value.kind() == Kind.EXPRESSION && !value.constant()) {
            throw unknown(
                    column.name() + " gets what the expression " + value.slice().text()
                            + " gives, and the database does not tell it",
                    "Ask for the value by a SELECT, and give it to the statement.");
        }
        String template = column.rules().stored();
        String text = value.slice().text();
        return new KeyExpression.Given(
                template == null ? text : template.formatted(text), value.slice(), frame, given(value, frame));
    }

    /** The value given, in a Java type; the text of a literal where it is no number. */
    private static @Nullable Object given(InsertValue value, BoundParameters frame) throws SQLException {
        String text = value.slice().text();
        return switch (value.kind()) {
            case PARAMETER -> number(frame.value(value.slice().firstParameter()));
            case NUMBER, STRING -> number(text.startsWith("'") ? text.substring(1, text.length() - 1) : text);
            default -> null;
        };
    }

    private static @Nullable Object number(@Nullable Object value) {
        if (value instanceof String text) {
            try {
                return new BigDecimal(text.strip());
            } catch (NumberFormatException e) {
                return text;
            }
        }
        return value;
    }

    int count() {
        return rows.size();
    }

    /** The keys, now that the statement has run and the driver returned {@code made}. */
    List<List<KeyExpression>> completed(ResultSet made) throws SQLException {
        List<BigInteger> numbers = rowsToNumber == 0 ? List.of() : numbers(made);
        List<List<KeyExpression>> complete = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            List<KeyExpression> key = new ArrayList<>();
            for (KeyExpression known : rows.get(i)) {
                key.add(known == null ? new KeyExpression.Generated(numbers.get(i)) : known);
            }
            complete.add(key);
        }
        return complete;
    }

    private List<BigInteger> numbers(ResultSet made) throws SQLException {
        List<BigInteger> returned = new ArrayList<>(rows.size());
        while (made.next()) {
            BigInteger number = made.getBigDecimal(1).toBigInteger();
            // MariaDB's driver (3.5) takes numbers of BIGINT UNSIGNED for signed ones; nothing below 0 is ever made up.
            returned.add(number.signum() < 0 ? number.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : number);
        }
        made.beforeFirst();
        if (rows.size() == 1 && returned.size() == 1) {
            return returned;
        }
        BigInteger increment = increment(context.connection());
        int perExecution = rows.size() / executions;
        int step = returned.size() == executions ? 1 : perExecution;
        if (returned.size() != executions && returned.size() != rows.size()) {
            throw new SQLException(
                    "The driver returned " + returned.size() + " keys for " + rows.size() + " rows of "
                            + context.table() + ". The statement was undone. SQL: " + sql,
                    "25000");
        }
        List<BigInteger> numbers = new ArrayList<>(rows.size());
        for (int execution = 0; execution < executions; execution++) {
            BigInteger next = returned.get(execution * step);
            for (int i = 0; i < perExecution; i++) {
                numbers.add(next);
                next = next.add(increment);
            }
        }
        return numbers;
    }

    private static BigInteger increment(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@auto_increment_increment")) {
            row.next();
            return BigInteger.valueOf(row.getLong(1));
        }
    }

    private UnsupportedSqlException unknown(String why, String wayOut) {
        return new UnsupportedSqlException(
                sql, "the keys of the new rows of " + context.table() + " would not be known: " + why, wayOut);
    }
}
