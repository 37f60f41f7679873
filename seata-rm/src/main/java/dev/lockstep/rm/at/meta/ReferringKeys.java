package dev.lockstep.rm.at.meta;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts foreign keys together from the rows of {@link DatabaseMetaData#getExportedKeys}, one for each column. Not thread-safe. */
final class ReferringKeys {

    private record Key(
            @Nullable String catalog,
            @Nullable String schema,
            String table,
            @Nullable String name) {}

    private record Pair(String column, String referred) {}

    private final Map<Key, SortedMap<Integer, Pair>> keys = new LinkedHashMap<>();

    /** Takes the present row. */
    void add(ResultSet row) throws SQLException {
        Key key = new Key(
                row.getString("FKTABLE_CAT"),
                row.getString("FKTABLE_SCHEM"),
                row.getString("FKTABLE_NAME"),
                row.getString("FK_NAME"));
        keys.computeIfAbsent(key, any -> new TreeMap<>())
                .put(row.getInt("KEY_SEQ"), new Pair(row.getString("FKCOLUMN_NAME"), row.getString("PKCOLUMN_NAME")));
    }

    List<ReferringKey> all() {
        List<ReferringKey> all = new ArrayList<>(keys.size());
        keys.forEach((key, pairs) -> all.add(new ReferringKey(
                key.catalog(),
                key.schema(),
                key.table(),
                pairs.values().stream().map(Pair::column).toList(),
                pairs.values().stream().map(Pair::referred).toList())));
        return all;
    }
}
