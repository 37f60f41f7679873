package dev.lockstep.rm.at.meta;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection looks for a table whose name stands alone. Immutable.
 *
 * @param catalog the connection's catalog, or null
 * @param schema the connection's schema, or null
 */
public record Namespace(@Nullable String catalog, @Nullable String schema) {

    /** Asks the connection, which may cost a round trip. */
    public static Namespace of(Connection connection) throws SQLException {
        return new Namespace(connection.getCatalog(), connection.getSchema());
    }

    @Override
    public String toString() {
        if (catalog == null || schema == null) {
            return String.valueOf(catalog == null ? schema : catalog);
        }
        return catalog + "." + schema;
    }
}
