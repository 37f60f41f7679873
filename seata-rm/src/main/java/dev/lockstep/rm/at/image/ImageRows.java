package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of an image, which may take several queries. Not thread-safe. */
final class ImageRows {

    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private final List<Map<String, String>> collatedKeys = new ArrayList<>();

    void add(List<@Nullable Object> row, Map<String, String> collatedKey) {
        rows.add(row);
        if (!collatedKey.isEmpty()) {
            collatedKeys.add(collatedKey);
        }
    }

    TableImage image(TableMeta table, List<ColumnMeta> columns) {
        List<ImageColumn> imageColumns = columns.stream()
                .map(column -> ImageColumn.of(column, table.isKey(column.name())))
                .toList();
        return new TableImage(table.name(), imageColumns, rows, collatedKeys);
    }
}
