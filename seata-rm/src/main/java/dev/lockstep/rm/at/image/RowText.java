package dev.lockstep.rm.at.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts that stand for one row in lock keys.
 *
 * <p>The <em>official</em> one is that of the official client (2.0.0): the values of the key, joined by {@code _}. It locks
 * nothing where it holds a separator of the TC's, is blank, or is the identity hash of a binary value; and a TC with a database
 * keeps 36 characters.
 *
 * <p>The <em>canonical</em> one is the same text where that names one row and no other; otherwise {@code ~} and the hash of the
 * values, where what the database holds for equal counts as one value. Stands on one row at a time. Not thread-safe.
 */
final class RowText {

    /** Column pk of the TC's lock_table (TC 1.4.2 to 2.2.0). */
    private static final int LONGEST = 36;

    private static final String SEPARATORS = ",;:";
    private static final char HASHED = '~';
    /** 128 bits: two rows with one hash are not to be expected. */
    private static final int HASH_BYTES = 16;

    private final TableImage image;
    private final int[] order;
    /** The values of this row's key, spelled. */
    private final String[] spelled;

    private int row = -1;
    private String official = "";

    /** Stands before the first row. */
    RowText(TableImage image) {
        this.image = image;
        this.order = keyOrder(image);
        this.spelled = new String[order.length];
    }

    /**
     * Indexes of the key columns in the order in which {@link HashMap} iterates over their names: that is the order in which
     * the official client joins the values of a composite key (TableMeta.getPrimaryKeyMap, 2.0.0).
     */
    private static int[] keyOrder(TableImage image) {
        int only = -1;
        int keys = 0;
        for (int i = 0; i < image.columns().size(); i++) {
            if (image.columns().get(i).key()) {
                only = i;
                keys++;
            }
        }
        if (keys == 1) {
            return new int[] {only};
        }
        Map<String, Integer> indexByName = new HashMap<>();
        for (int i = 0; i < image.columns().size(); i++) {
            if (image.columns().get(i).key()) {
                indexByName.put(image.columns().get(i).name(), i);
            }
        }
        int[] order = new int[indexByName.size()];
        int next = 0;
        for (int index : indexByName.values()) {
            order[next++] = index;
        }
        return order;
    }

    /** Moves to the next row; false when there is none. */
    boolean next() {
        if (++row >= image.size()) {
            return false;
        }
        for (int i = 0; i < order.length; i++) {
            spelled[i] =
                    spell(image.rows().get(row).get(order[i]), image.columns().get(order[i]));
        }
        official = order.length == 1 ? spelled[0] : String.join("_", spelled);
        return true;
    }

    /** The official text, whether it locks or not. */
    String official() {
        return official;
    }

    /** Why the official text does not lock the row; null when it does. */
    @Nullable
    String hindrance() {
        for (int i = 0; i < order.length; i++) {
            if (image.rows().get(row).get(order[i]) instanceof byte[]) {
                return "is binary";
            }
            String text = spelled[i];
            for (int at = 0; at < text.length(); at++) {
                if (SEPARATORS.indexOf(text.charAt(at)) >= 0) {
                    return "holds '" + text.charAt(at) + "', which separates keys in the TC's lock text";
                }
            }
        }
        // The TC skips blank keys and stops reading at a table without any, and still takes the branch (TC 1.4.2 to
        // 2.2.0, measured; class AbstractLockManager).
        return official.isBlank() ? "is blank" : null;
    }

    /** Whether the TC keeps every character of the official text. */
    boolean isShort() {
        return official.length() <= LONGEST;
    }

    /** Whether the database holds other texts for equal to a value of the key. */
    boolean isCollated() {
        return !image.collatedKeys().isEmpty();
    }

    String canonical() {
        boolean plain = !isCollated() && hindrance() == null && isShort();
        for (String text : spelled) {
            plain = plain && (order.length == 1 || text.indexOf('_') < 0) && text.indexOf(HASHED) != 0;
        }
        return plain ? official : hashed();
    }

    private String hashed() {
        Map<String, String> collated = isCollated() ? image.collatedKeys().get(row) : Map.of();
        MessageDigest digest = sha256();
        for (int i = 0; i < order.length; i++) {
            Object value = image.rows().get(row).get(order[i]);
            String equal = collated.get(image.columns().get(order[i]).name());
            byte[] content = value instanceof byte[] bytes
                    ? bytes
                    : (equal == null ? spelled[i] : equal).getBytes(StandardCharsets.UTF_8);
            // With its length before it no value runs into the next.
            digest.update((content.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(content);
        }
        return HASHED + HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** As the classes of java.sql spell moments, which is what the official client holds. */
    private static String spell(@Nullable Object value, ImageColumn column) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof OffsetDateTime moment && ImageColumn.TIMESTAMP.equals(column.officialClass())) {
            return java.sql.Timestamp.valueOf(moment.toLocalDateTime()).toString();
        }
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
