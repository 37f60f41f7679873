package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.meta.ColumnMeta;
import org.jspecify.annotations.Nullable;

/**
 * One column of an image. Immutable.
 *
 * @param name as the database stores it
 * @param jdbcType constant of {@link java.sql.Types}, as the driver reports it: that is what stands in undo logs
 * @param key whether it belongs to the primary key
 * @param officialClass the class of which official undo logs have its values where {@code jdbcType} does not say it; null for
 *     other columns, and in images that were read from an undo log
 * @param typeName the database's name of the type where that class has one; null otherwise
 */
public record ImageColumn(
        String name,
        int jdbcType,
        boolean key,
        @Nullable String officialClass,
        @Nullable String typeName) {

    /** What PostgreSQL's driver gives for most types that Java does not know; it has a type and a text. */
    public static final String OBJECT = "org.postgresql.util.PGobject";

    /** What a driver makes of the clock that a session shows, in the zone of the JVM. */
    public static final String TIMESTAMP = "java.sql.Timestamp";

    /** A column whose values are of the class that JDBC has for its type. */
    public ImageColumn(String name, int jdbcType, boolean key) {
        this(name, jdbcType, key, null, null);
    }

    static ImageColumn of(ColumnMeta column, boolean key) {
        return column.form() == ColumnForm.OBJECT_TEXT
                ? new ImageColumn(column.name(), column.driverType(), key, OBJECT, column.typeName())
                : new ImageColumn(column.name(), column.driverType(), key, column.officialClass(), null);
    }
}
