package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.SQLException;

/**
 * Compares what a statement changed with what was imaged. Equal counts prove equal rows where rows cannot swap: the imaged
 * ones are locked and still match, so they are among the changed ones, and there is no room for another.
 */
final class CountProof {

    private CountProof() {}

    /**
     * Accepts equal counts.
     *
     * @throws RepeatCaptureException when more was changed than imaged: rows were committed between image and statement
     * @throws SQLException when less was changed than imaged, which no locked row explains
     */
    static void check(TableMeta table, String sql, long affected, int imaged)
            throws SQLException, RepeatCaptureException {
        if (affected > imaged) {
            throw RepeatCaptureException.rowsAppeared(table, affected, imaged);
        }
        if (affected < imaged) {
            throw new SQLException(
                    "The statement changed " + affected + " rows of " + table + ", though " + imaged
                            + " rows matched it just before and were locked. Its undo would not be exact, so it was undone at"
                            + " once. A trigger or rule on the table may redirect it; write the table outside the global"
                            + " transaction. With useAffectedRows=true in MySQL's URL, and only there, a smaller count is"
                            + " understood. SQL: " + sql,
                    "25000");
        }
    }

    /**
     * Accepts the count of a driver that leaves out rows which stayed as they were.
     *
     * @throws RepeatCaptureException when other rows were changed than the images show
     */
    static void checkChanged(TableMeta table, long affected, TableImage before, TableImage after)
            throws RepeatCaptureException {
        int changed = 0;
        for (int i = 0; i < before.size(); i++) {
            if (!ColumnValues.identicalRows(before.rows().get(i), after.rows().get(i))) {
                changed++;
            }
        }
        if (affected != changed) {
            throw RepeatCaptureException.rowsAppeared(table, affected, changed);
        }
    }
}
