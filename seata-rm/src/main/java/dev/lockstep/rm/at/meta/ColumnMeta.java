package dev.lockstep.rm.at.meta;

/**
 * One column of a table. Immutable.
 *
 * @param name as the database stores it
 * @param jdbcType constant of {@link java.sql.Types}
 * @param typeName the database's own name of the type
 * @param generated computed from other columns: can be read, never written
 * @param identity filled by the database when an INSERT leaves it out
 * @param changesItself an UPDATE may change it without naming it
 * @param visible part of {@code SELECT *}
 * @param asText its values travel in the database's own text form, whose type the database infers from where it stands
 */
public record ColumnMeta(
        String name,
        int jdbcType,
        String typeName,
        boolean generated,
        boolean identity,
        boolean changesItself,
        boolean visible,
        boolean asText) {

    /** The same column, which {@code SELECT *} leaves out. */
    ColumnMeta invisible() {
        return new ColumnMeta(name, jdbcType, typeName, generated, identity, changesItself, false, asText);
    }
}
