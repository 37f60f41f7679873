package dev.lockstep.testing.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One row that can be locked. Compared exactly, case included, as a TC does. */
public record RowKey(String resourceId, String table, String primaryKey) {

    public RowKey {
        Objects.requireNonNull(resourceId, "resourceId");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(primaryKey, "primaryKey");
    }

    /**
     * Reads {@code table:pk,pk;table:pk}. A group without a colon, or with nothing after it, ends the reading without an
     * error: that group and all after it lock nothing (TC 1.4.2 to 2.2.0, measured).
     */
    static List<RowKey> parse(String resourceId, @Nullable String lockKeys) {
        List<RowKey> rows = new ArrayList<>();
        if (lockKeys == null) {
            return rows;
        }
        for (String group : lockKeys.split(";")) {
            int colon = group.indexOf(':');
            if (colon < 0 || group.substring(colon + 1).isBlank()) {
                return rows;
            }
            String table = group.substring(0, colon);
            for (String primaryKey : group.substring(colon + 1).split(",")) {
                if (!primaryKey.isEmpty()) {
                    rows.add(new RowKey(resourceId, table, primaryKey));
                }
            }
        }
        return rows;
    }
}
