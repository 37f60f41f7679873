package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Captures an INSERT that leaves out rows which are there already, where the driver does not tell which: one row after the
 * other, each of which was added or was not.
 */
public final class RowByRowCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Insert insert;
    private final WriteCall call;
    private final List<RowChange> changes = new ArrayList<>();

    public RowByRowCapture(CaptureContext context, RecognizedSql.Insert insert, WriteCall call) {
        this.context = context;
        this.insert = insert;
        this.call = call;
    }

    @Override
    public void imageBefore() throws SQLException {
        context.requireCapturable(call.sql());
    }

    @Override
    public long run() throws SQLException, RepeatCaptureException {
        long affected = 0;
        for (List<InsertValue> row : insert.rows()) {
            PieceOfInsert piece = PieceOfInsert.of(List.of(row), "INSERT IGNORE", insert, call);
            InsertCapture capture = new InsertCapture(context, piece.insert(), piece);
            capture.imageBefore();
            affected += capture.run();
            changes.addAll(capture.imageAfter());
        }
        return affected;
    }

    @Override
    public List<RowChange> imageAfter() {
        return List.copyOf(changes);
    }
}
