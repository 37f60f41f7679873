package dev.lockstep.rm.at.image;

/**
 * What one statement did to one table. Immutable.
 *
 * @param kind the verb
 * @param tableName the table as the undo log names it: as written, or with its schema where the name alone would not do
 * @param before the rows as they were; empty for an INSERT
 * @param after the rows as they became; empty for a DELETE; otherwise every row of {@code before} or of the INSERT
 */
public record RowChange(Kind kind, String tableName, TableImage before, TableImage after) {

    /** The verb, under the name that undo logs use. */
    public enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** Whether no row was touched: nothing to lock and nothing to undo. */
    public boolean isEmpty() {
        return before.isEmpty() && after.isEmpty();
    }

    /** How many rows it touched. */
    public int rows() {
        return Math.max(before.rows().size(), after.rows().size());
    }

    /** The image whose keys are locked: what was there of deleted rows, what is there of others. */
    TableImage locked() {
        return kind == Kind.DELETE ? before : after;
    }
}
