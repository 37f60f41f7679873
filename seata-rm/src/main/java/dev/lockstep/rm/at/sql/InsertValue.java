package dev.lockstep.rm.at.sql;

/**
 * One value of one VALUES row. Immutable.
 *
 * @param kind what stands there
 * @param slice the value as written
 * @param constant whether it is the same value wherever and whenever it is asked again in this local transaction: no
 *     column, no sub-query, no function whose result varies; never true of {@code DEFAULT}
 */
public record InsertValue(Kind kind, Slice slice, boolean constant) {

    /** What an insert can write into a column. */
    public enum Kind {
        /** A single {@code ?}. */
        PARAMETER,
        /** The word NULL. */
        NULL,
        /** The word DEFAULT. */
        DEFAULT,
        /** A number with an optional sign. */
        NUMBER,
        /** A plain string literal. */
        STRING,
        /** Anything else; its value is known only to the database. */
        EXPRESSION
    }
}
