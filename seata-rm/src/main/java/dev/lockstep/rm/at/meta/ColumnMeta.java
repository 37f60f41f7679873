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
 */
public record ColumnMeta(
        String name,
        int jdbcType,
        String typeName,
        boolean generated,
        boolean identity,
        boolean changesItself,
        boolean visible) {}
