package dev.lockstep.rm.at.image;

/**
 * One column of an image. Immutable.
 *
 * @param name as the database stores it
 * @param jdbcType constant of {@link java.sql.Types}
 * @param key whether it belongs to the primary key
 */
public record ImageColumn(String name, int jdbcType, boolean key) {}
