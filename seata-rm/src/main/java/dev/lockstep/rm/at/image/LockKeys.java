package dev.lockstep.rm.at.image;

import dev.lockstep.rm.policy.LockKeyForm;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * How the rows of a branch are named to the TC: {@code table:key,key;table:key}. The TC compares these texts byte for byte
 * and knows no escaping, so every client of a table must spell them alike; {@link RowText} says how.
 *
 * <p>Collects keys in statement order and drops repetitions. Not thread-safe.
 */
public final class LockKeys {

    private final LockKeyRules rules;
    private final Map<String, Set<String>> keysByTable = new LinkedHashMap<>(2);

    private LockKeys(LockKeyRules rules) {
        this.rules = rules;
    }

    /**
     * The keys of these changes.
     *
     * @throws SQLFeatureNotSupportedException (SQLState 0A000) naming a key that cannot be locked in this form
     */
    public static LockKeys of(Collection<RowChange> changes, LockKeyRules rules) throws SQLException {
        LockKeys keys = new LockKeys(rules);
        for (RowChange change : changes) {
            keys.add(change.locked(), change.tableName());
        }
        return keys;
    }

    /**
     * The keys of these rows.
     *
     * @param tableAsWritten the table as the statement names it
     * @throws SQLFeatureNotSupportedException (SQLState 0A000) naming a key that cannot be locked in this form
     */
    public static LockKeys of(TableImage image, String tableAsWritten, LockKeyRules rules) throws SQLException {
        LockKeys keys = new LockKeys(rules);
        keys.add(image, tableAsWritten);
        return keys;
    }

    private void add(TableImage image, String tableAsWritten) throws SQLException {
        if (image.isEmpty()) {
            return;
        }
        boolean otherName = rules.tableAsWritten()
                && !tableAsWritten.equals(image.tableName())
                && isSpellable(tableAsWritten)
                && rules.form() != LockKeyForm.CANONICAL;
        if (!otherName || rules.form() != LockKeyForm.OFFICIAL) {
            addAs(image.tableName(), image);
        }
        if (otherName) {
            addAs(tableAsWritten, image);
        }
    }

    private void addAs(String table, TableImage image) throws SQLException {
        requireSpellable(table);
        RowText text = new RowText(image);
        Set<String> keys = keysByTable.get(table);
        if (keys == null) {
            // With room for all of the first image, and no more: mostly there is one, of one row.
            keys = new LinkedHashSet<>(image.size() * 4 / 3 + 1);
            keysByTable.put(table, keys);
        }
        while (text.next()) {
            switch (rules.form()) {
                case OFFICIAL -> keys.add(official(text, image));
                case CANONICAL -> keys.add(text.canonical());
                case BOTH -> {
                    boolean locks = text.hindrance() == null && text.isShort();
                    if (locks) {
                        keys.add(text.official());
                    }
                    if (!locks || text.isCollated()) {
                        keys.add(text.canonical());
                    }
                }
            }
        }
    }

    private static String official(RowText text, TableImage image) throws SQLException {
        String hindrance = text.hindrance();
        if (hindrance != null) {
            throw new SQLFeatureNotSupportedException(
                    "The key '" + text.official() + "' of " + image.tableName() + " " + hindrance
                            + ": its official text would not lock the row. Change such rows outside the global transaction,"
                            + " or let lock keys be sent in both forms.",
                    "0A000");
        }
        return text.official();
    }

    /** How many texts name the rows. */
    public int count() {
        int count = 0;
        for (Set<String> keys : keysByTable.values()) {
            count += keys.size();
        }
        return count;
    }

    public boolean isEmpty() {
        return keysByTable.isEmpty();
    }

    /** Gives a hash for each text that names a row; equal texts of equal tables have equal hashes. */
    public void forEachHash(IntConsumer hashes) {
        for (Map.Entry<String, Set<String>> table : keysByTable.entrySet()) {
            int ofTable = table.getKey().hashCode() * 31;
            for (String key : table.getValue()) {
                hashes.accept(ofTable + key.hashCode());
            }
        }
    }

    /** The text for the TC. */
    public String text() {
        StringBuilder text = new StringBuilder(64);
        keysByTable.forEach((table, keys) -> {
            text.append(text.isEmpty() ? "" : ";").append(table);
            char before = ':';
            for (String key : keys) {
                text.append(before).append(key);
                before = ',';
            }
        });
        return text.toString();
    }

    /** At most so many characters of the text, for messages. */
    public String abbreviated(int most) {
        String text = text();
        return text.length() <= most ? text : text.substring(0, most) + "... (" + count() + " keys)";
    }

    /**
     * Refuses rows of a table that no form can name, before the statement that touches them runs.
     *
     * @throws SQLFeatureNotSupportedException (SQLState 0A000) naming the table
     */
    static void check(TableImage image) throws SQLException {
        if (!image.isEmpty()) {
            requireSpellable(image.tableName());
        }
    }

    /** Whether rows of a table can be named. */
    static boolean isSpellable(String tableName) {
        return tableName.indexOf(';') < 0 && tableName.indexOf(':') < 0;
    }

    private static void requireSpellable(String tableName) throws SQLException {
        if (!isSpellable(tableName)) {
            throw new SQLFeatureNotSupportedException(
                    "The name of table " + tableName
                            + " holds a separator of the TC's lock text: its rows would not be locked."
                            + " Write the table outside the global transaction, or rename it.",
                    "0A000");
        }
    }
}
