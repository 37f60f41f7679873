package dev.lockstep.rm.at.dialect;

import dev.lockstep.rm.at.sql.Identifier;
import java.util.Locale;

/**
 * How names of tables and columns are stored, and how they are written. Immutable.
 *
 * @param unquoted how a name is stored that was written without quotes
 * @param quotedFold whether a name in quotes is stored like one without
 * @param inCatalogs whether a table lies in a catalog and there are no schemas; otherwise it lies in a schema
 * @param quote the quote around names, one character
 * @param officialLocksAsWritten whether the official client's lock keys name a table as the statement does, and not as the
 *     database
 */
public record Names(
        Unquoted unquoted, boolean quotedFold, boolean inCatalogs, String quote, boolean officialLocksAsWritten) {

    /** What standard SQL says. */
    public static final Names STANDARD = new Names(Unquoted.UPPER_CASE, false, false, "\"", false);

    /** How the database stores a name that was written without quotes. */
    public enum Unquoted {
        UPPER_CASE,
        LOWER_CASE,
        AS_WRITTEN
    }

    public Names storedUnquoted(Unquoted how) {
        return new Names(how, quotedFold, inCatalogs, quote, officialLocksAsWritten);
    }

    /** A name in quotes is stored like one without. */
    public Names quotedFoldToo() {
        return new Names(unquoted, true, inCatalogs, quote, officialLocksAsWritten);
    }

    /** There are no schemas. */
    public Names lyingInCatalogs() {
        return new Names(unquoted, quotedFold, true, quote, officialLocksAsWritten);
    }

    public Names quotedBy(String value) {
        return new Names(unquoted, quotedFold, inCatalogs, value, officialLocksAsWritten);
    }

    /** See {@link #officialLocksAsWritten}. */
    public Names writtenInOfficialLocks() {
        return new Names(unquoted, quotedFold, inCatalogs, quote, true);
    }

    /** The name as the database stores it. */
    public String stored(Identifier identifier) {
        if (identifier.quoted() && !quotedFold) {
            return identifier.name();
        }
        return switch (unquoted) {
            case UPPER_CASE -> identifier.name().toUpperCase(Locale.ROOT);
            case LOWER_CASE -> identifier.name().toLowerCase(Locale.ROOT);
            case AS_WRITTEN -> identifier.name();
        };
    }

    /** A stored name, quoted so that it means exactly itself in any statement. */
    public String quoted(String storedName) {
        return quote + storedName.replace(quote, quote + quote) + quote;
    }
}
