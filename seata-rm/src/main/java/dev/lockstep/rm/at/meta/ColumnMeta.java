package dev.lockstep.rm.at.meta;

import dev.lockstep.rm.at.dialect.ColumnForm;
import org.jspecify.annotations.Nullable;

/**
 * One column of a table. Immutable.
 *
 * @param name as the database stores it
 * @param jdbcType constant of {@link java.sql.Types}
 * @param driverType the constant that the driver reports, which may say less or something else
 * @param officialClass the class of which the driver gives its values where {@code driverType} does not say it, or null
 * @param typeName the database's own name of the type
 * @param size how many characters or digits its values have at most, as the driver reports it
 * @param scale how many of the digits stand behind the point, as the driver reports it
 * @param generated computed from other columns: can be read, never written
 * @param identity filled by the database when an INSERT leaves it out
 * @param changesItself an UPDATE may change it without naming it
 * @param visible part of {@code SELECT *}
 * @param form how its values travel
 * @param rules how its values compare and are stored
 */
public record ColumnMeta(
        String name,
        int jdbcType,
        int driverType,
        @Nullable String officialClass,
        String typeName,
        int size,
        int scale,
        boolean generated,
        boolean identity,
        boolean changesItself,
        boolean visible,
        ColumnForm form,
        ValueRules rules) {

    /**
     * Rules for the values of a column. Immutable.
     *
     * @param collated expression for a value that is the same for texts which the database holds for equal, with {@code %s}
     *     for the column; null where such texts have the same characters
     * @param stored expression for a value as the column stores it, with {@code %s} for the value; null where it is stored as
     *     given
     * @param constantDefault what a row gets that names no value, as text; null where that is nothing or no constant
     */
    public record ValueRules(
            @Nullable String collated,
            @Nullable String stored,
            @Nullable String constantDefault) {
        static final ValueRules NONE = new ValueRules(null, null, null);
    }

    /** The same column, which {@code SELECT *} leaves out. */
    ColumnMeta invisible() {
        return new ColumnMeta(
                name,
                jdbcType,
                driverType,
                officialClass,
                typeName,
                size,
                scale,
                generated,
                identity,
                changesItself,
                false,
                form,
                rules);
    }
}
