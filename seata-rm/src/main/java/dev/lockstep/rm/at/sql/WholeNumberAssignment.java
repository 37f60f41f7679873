package dev.lockstep.rm.at.sql;

/**
 * An assignment that whoever knows the old value can work out as the database does: {@code a = 5}, {@code a = ?}, {@code a = a
 * + 1}, {@code a = a - ?}. Immutable.
 *
 * @param column the left side
 * @param operation what becomes of the old value
 * @param operand a parameter, or a whole number of at most nine digits
 */
public record WholeNumberAssignment(Identifier column, Operation operation, Slice operand) {

    /** What becomes of the old value. */
    public enum Operation {
        /** The operand takes its place. */
        SET,
        ADD,
        SUBTRACT
    }
}
