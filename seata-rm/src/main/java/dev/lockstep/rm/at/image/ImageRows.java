package dev.lockstep.rm.at.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of an image, which may take several queries. Not thread-safe. */
final class ImageRows {

    private final List<List<@Nullable Object>> rows;
    private final List<Map<String, String>> collatedKeys = new ArrayList<>(0);

    /** @param expected how many rows there may be; more are taken */
    ImageRows(int expected) {
        this.rows = new ArrayList<>(expected);
    }

    void add(List<@Nullable Object> row, Map<String, String> collatedKey) {
        rows.add(row);
        if (!collatedKey.isEmpty()) {
            collatedKeys.add(collatedKey);
        }
    }

    TableImage image(SelectList selected) {
        return selected.image(rows, collatedKeys);
    }
}
