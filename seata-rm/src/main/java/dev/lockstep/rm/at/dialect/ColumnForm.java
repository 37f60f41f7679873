package dev.lockstep.rm.at.dialect;

/** How the values of a column travel between database and image, so that none is changed on the way. */
public enum ColumnForm {
    /** As the Java type that JDBC has for the column's type. */
    TYPED,
    /** As text in the database's own form; bound as text. */
    TEXT,
    /** As text in the database's own form; bound without a type, which the database infers from where the value stands. */
    UNTYPED_TEXT,
    /** As UNTYPED_TEXT; the official client has such a value as an object of the driver and writes it so. */
    OBJECT_TEXT,
    /** As an int, whatever the driver takes the type for. */
    INTEGER,
    /** As bytes, whatever the driver takes the type for. */
    BYTES,
    /** As the bytes of a number, bound as that number: drivers may send bytes as if they were text. */
    BITS,
    /**
     * As text, which becomes a class of java.time if it is a moment of the calendar: a column may also hold 0000-00-00 or
     * a time of 800 hours.
     */
    TEMPORAL_TEXT,
    /**
     * A moment that the database shows by the clock of the session's zone: as that text with the seconds since 1970, from which
     * the offset follows; bound as the text alone, for a session of that zone. 0000-00-00 stays text.
     */
    MOMENT_TEXT,
    /** A double, bound as text: as a number in a statement's text -0.0 loses its sign. */
    DOUBLE,
    /**
     * A float, which the database rounds to six digits when it gives it as text: read as a double, bound as
     * text.
     */
    ROUNDED_FLOAT;

    /** Whether the database infers the type of a value that is bound. */
    public boolean isUntyped() {
        return this == UNTYPED_TEXT || this == OBJECT_TEXT;
    }

    /** Whether a column by its name alone comes other than it is. */
    public boolean isReadByExpression() {
        return this == ROUNDED_FLOAT || this == TEMPORAL_TEXT || this == MOMENT_TEXT;
    }

    /** What is selected to read a column; the name itself where that is exact. */
    public String selected(String quotedName) {
        return switch (this) {
            case ROUNDED_FLOAT -> "(" + quotedName + " + 0E0)";
            // MariaDB's driver leads its text through the zone of the JVM, where the hour may not exist (3.5,
            // measured).
            case TEMPORAL_TEXT -> "CAST(" + quotedName + " AS CHAR)";
            // Of a column, UNIX_TIMESTAMP gives what is stored, also in the hour that a clock shows twice.
            case MOMENT_TEXT -> "CONCAT(CAST(" + quotedName + " AS CHAR), ' ', UNIX_TIMESTAMP(" + quotedName + "))";
            default -> quotedName;
        };
    }
}
