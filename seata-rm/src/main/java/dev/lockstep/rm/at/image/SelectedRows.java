package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.RowSelection;
import dev.lockstep.rm.at.sql.Slice;
import dev.lockstep.rm.at.sql.TableReference;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs an UPDATE or DELETE on the rows that were imaged and on no others. Where equal counts prove that, it runs as written.
 * With a limit, a sub-query, a join or a volatile function the same clauses may mean other rows the second time: then the
 * statement that is sent names the imaged rows by key.
 *
 * @param table the target as the statement names it
 * @param head the statement up to its WHERE
 * @param returning what it gives back; null when it gives a count
 */
record SelectedRows(
        CaptureContext context,
        TableReference table,
        RowSelection selection,
        Slice head,
        RecognizedSql.@Nullable Returning returning) {

    /** Gives the number of rows affected, still to be compared with those that were imaged. */
    long run(TableImage imaged, WriteCall call) throws SQLException, RepeatCaptureException {
        if (selection.rowsCannotSwap()) {
            return returning == null
                    ? call.run()
                    : rows(call, new Substitute.Text(returning.statement().text(), call.parameters()::bindAll));
        } else if (imaged.isEmpty() && returning == null) {
            return 0;
        } else {
            Substitute.Text restricted = restricted(imaged, call);
            return returning == null ? call.substitute().run(restricted) : rows(call, restricted);
        }
    }

    /**
     * Proves that the rows affected are among those imaged.
     *
     * @param counted how many of those imaged the driver counts
     */
    void prove(long affected, int counted, WriteCall call) throws SQLException, RepeatCaptureException {
        // The rows that a join found the target's by are not locked; without them fewer match, but no others.
        if (selection.joined() == null || affected > counted) {
            CountProof.check(context.table(), call.sql(), affected, counted);
        }
    }

    private static long rows(WriteCall call, Substitute.Text text) throws SQLException {
        ResultSet rows = call.substitute().runForRows(text, 0);
        long count = 0;
        while (rows.next()) {
            count++;
        }
        rows.beforeFirst();
        return count;
    }

    private Substitute.Text restricted(TableImage imaged, WriteCall call) throws SQLException {
        requireNotTooMany(imaged, call);
        boolean joined = selection.joined() != null;
        Slice where = joined ? selection.where() : null;
        StringBuilder sql = new StringBuilder(head.text()).append(" WHERE ");
        if (where != null) {
            sql.append('(').append(where.text()).append(") AND ");
        }
        if (imaged.isEmpty()) {
            sql.append("1 = 0");
        } else {
            String qualifier = joined ? table.qualifier() + "." : "";
            sql.append('(')
                    .append(context.rows().keyCondition(context.table(), imaged.size(), qualifier))
                    .append(')');
        }
        if (returning != null) {
            sql.append(" RETURNING ").append(returning.columns().text());
        }
        BoundParameters parameters = call.parameters();
        return new Substitute.Text(sql.toString(), statement -> bind(statement, parameters, where, imaged));
    }

    private void bind(PreparedStatement statement, BoundParameters parameters, @Nullable Slice where, TableImage imaged)
            throws SQLException {
        int next = parameters.bindSlice(head, statement, 1);
        next = parameters.bindSlice(where, statement, next);
        RowQuery.bindKeys(statement, next, context.table(), context.keysOf(imaged));
        if (returning != null) {
            int keys = imaged.size() * context.table().primaryKey().size();
            parameters.bindSlice(returning.columns(), statement, next + keys);
        }
    }

    /** Refuses more rows than one statement may name, because in two statements the second would see the first's work. */
    private void requireNotTooMany(TableImage imaged, WriteCall call) throws UnsupportedSqlException {
        int most = context.dialect().reads().mostRows();
        if (imaged.size() > most) {
            throw new UnsupportedSqlException(
                    call.sql(),
                    "its clauses (a limit, a sub-query, a join or a function whose result varies) choose "
                            + imaged.size() + " rows, and at most " + most + " can be held fast",
                    "Choose the keys by a SELECT of your own and change at most " + most + " rows at a time.");
        }
    }
}
