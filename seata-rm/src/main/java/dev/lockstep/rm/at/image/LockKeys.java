package dev.lockstep.rm.at.image;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a branch are named to the TC: {@code table:key,key;table:key}. The TC compares these texts byte for byte
 * and knows no escaping, so every client of a table must spell them alike; the spelling is the official client's (2.0.0).
 *
 * <p>Collects keys in statement order and drops repetitions. Not thread-safe.
 */
public final class LockKeys {

    private final Map<String, Set<String>> keysByTable = new LinkedHashMap<>();

    /** The keys of these changes. */
    public static LockKeys of(Collection<RowChange> changes) throws SQLException {
        LockKeys keys = new LockKeys();
        for (RowChange change : changes) {
            keys.add(change.locked());
        }
        return keys;
    }

    /** The keys of these rows. */
    public static LockKeys of(TableImage image) throws SQLException {
        LockKeys keys = new LockKeys();
        keys.add(image);
        return keys;
    }

    private void add(TableImage image) throws SQLException {
        if (image.isEmpty()) {
            return;
        }
        requireSpellable(image.tableName());
        int[] order = keyOrder(image);
        Set<String> keys = keysByTable.computeIfAbsent(image.tableName(), name -> new LinkedHashSet<>());
        for (List<@Nullable Object> row : image.rows()) {
            keys.add(spell(image, row, order));
        }
    }

    /** How many rows are named. */
    public int count() {
        return keysByTable.values().stream().mapToInt(Set::size).sum();
    }

    public boolean isEmpty() {
        return keysByTable.isEmpty();
    }

    /** The text for the TC. */
    public String text() {
        StringBuilder text = new StringBuilder();
        keysByTable.forEach((table, keys) -> {
            if (!text.isEmpty()) {
                text.append(';');
            }
            text.append(table).append(':').append(String.join(",", keys));
        });
        return text.toString();
    }

    /** At most so many characters of the text, for messages. */
    public String abbreviated(int most) {
        String text = text();
        return text.length() <= most ? text : text.substring(0, most) + "... (" + count() + " rows)";
    }

    /**
     * Refuses keys that cannot be spelled, before the statement that touches them runs.
     *
     * @throws SQLFeatureNotSupportedException (SQLState 0A000) naming the key
     */
    static void check(TableImage image) throws SQLException {
        of(image);
    }

    /**
     * Indexes of the key columns in the order in which {@link HashMap} iterates over their names: that is the order in which
     * the official client joins the values of a composite key (TableMeta.getPrimaryKeyMap, 2.0.0).
     */
    private static int[] keyOrder(TableImage image) {
        Map<String, Integer> indexByName = new HashMap<>();
        for (int i = 0; i < image.columns().size(); i++) {
            if (image.columns().get(i).key()) {
                indexByName.put(image.columns().get(i).name(), i);
            }
        }
        return indexByName.values().stream().mapToInt(Integer::intValue).toArray();
    }

    private static void requireSpellable(String tableName) throws SQLException {
        if (tableName.indexOf(';') >= 0 || tableName.indexOf(':') >= 0) {
            throw new SQLFeatureNotSupportedException(
                    "The name of table " + tableName
                            + " holds a separator of the TC's lock text: its rows would not be locked."
                            + " Write the table outside the global transaction, or rename it.",
                    "0A000");
        }
    }

    private static String spell(TableImage image, List<@Nullable Object> row, int[] order) throws SQLException {
        List<String> values = new ArrayList<>(order.length);
        for (int index : order) {
            String value = spell(row.get(index));
            for (int i = 0; i < value.length(); i++) {
                if (",;:".indexOf(value.charAt(i)) >= 0) {
                    throw new SQLFeatureNotSupportedException(
                            "The key '" + value + "' of " + image.tableName() + " (column "
                                    + image.columns().get(index).name() + ") holds '" + value.charAt(i)
                                    + "', which separates keys in the TC's lock text: the row would not be locked. Change"
                                    + " such rows outside the global transaction, or use another key.",
                            "0A000");
                }
            }
            values.add(value);
        }
        String key = String.join("_", values);
        if (key.isBlank()) {
            // The TC skips blank keys and stops reading at a table without any, and still takes the branch (TC 1.4.2 to
            // 2.2.0,
            // measured; class AbstractLockManager).
            throw new SQLFeatureNotSupportedException(
                    "A row of " + image.tableName() + " has the key '" + key
                            + "', which the TC would not lock. Change such rows outside the global transaction, or use"
                            + " another key.",
                    "0A000");
        }
        return key;
    }

    private static String spell(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            // The official text of binary keys is an identity hash, which locks nothing: here compatibility has no
            // worth.
            return "~" + HexFormat.of().formatHex(bytes);
        }
        // As the classes of java.sql spell them, which is what the official client holds.
        if (value instanceof LocalDateTime dateTime) {
            return java.sql.Timestamp.valueOf(dateTime).toString();
        }
        if (value instanceof LocalDate date) {
            return java.sql.Date.valueOf(date).toString();
        }
        if (value instanceof LocalTime time) {
            return java.sql.Time.valueOf(time).toString();
        }
        return String.valueOf(value);
    }
}
