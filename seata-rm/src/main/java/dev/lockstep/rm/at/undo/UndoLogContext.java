package dev.lockstep.rm.at.undo;

import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code context} of an undo log: {@code key=value&key=value}, in any order, with keys that nobody here knows kept
 * as they are. The official client skips keys it does not know (CollectionUtils.decodeMap, 2.0.0), so ours are safe there.
 *
 * @param values the pairs, in order
 */
public record UndoLogContext(Map<String, String> values) {

    private static final String SERIALIZER = "serializer";
    private static final String COMPRESSOR = "compressorType";
    /** Ids of further rows that hold the rest of a log, on MySQL from 2.2 on (MySQLUndoLogManager). */
    private static final String PARTS = "subId";
    /** The only key of such a further row: the branch it belongs to. */
    private static final String PART_OF = "branchId";
    /** What the text of such a row's column begins with. */
    static final String PART_OF_BRANCH = PART_OF + "=";

    /** Ours: of the packed content, eight hexadecimal digits. */
    private static final String CHECKSUM = "crc32";

    /** {@link #textOf} is some 50 characters long. */
    private static final int ROOM_FOR_TEXT = 64;

    private static final String OURS = "lockstep";
    private static final String DIRTY = "dirty";
    private static final String UNDONE = "undone";

    public UndoLogContext {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Of rows without a log. */
    static UndoLogContext empty() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(SERIALIZER, "jackson");
        values.put(COMPRESSOR, Compression.NONE.name());
        return new UndoLogContext(values);
    }

    /** The text of the column beside the rows that hold the rest of a branch's log. */
    static String textOfPart(long branchId) {
        return PART_OF_BRANCH.concat(Long.toString(branchId));
    }

    /** The text of the column beside a log of our own. */
    static String textOf(Compression compression, byte[] content) {
        // Of every branch: in one piece of memory from the beginning.
        return new StringBuilder(ROOM_FOR_TEXT)
                .append(SERIALIZER)
                .append("=jackson&")
                .append(COMPRESSOR)
                .append('=')
                .append(compression.name())
                .append('&')
                .append(CHECKSUM)
                .append('=')
                .append(checksum(content))
                .toString();
    }

    private static String checksum(byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }

    /**
     * Refuses content that is not as it was written, if that can be told: official clients write no checksum.
     *
     * @throws UndoLogFormatException if it has been damaged or edited
     */
    void requireIntact(byte[] content) throws UndoLogFormatException {
        String written = values.get(CHECKSUM);
        if (written != null && !written.equals(checksum(content))) {
            throw new UndoLogFormatException(
                    "The undo log is not as it was written (its checksum is " + checksum(content) + ", not " + written
                            + "): damaged, or edited by hand. Who edited it and means it takes crc32 out of its context",
                    null);
        }
    }

    /** Whether the log beside it was written by a client like this one, and not by an official one. */
    public boolean isOurs() {
        return values.containsKey(CHECKSUM);
    }

    /** Never fails; what is no pair is left out. */
    static UndoLogContext parse(@Nullable String text) {
        Map<String, String> values = new LinkedHashMap<>();
        if (text != null) {
            for (String pair : text.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
            }
        }
        return new UndoLogContext(values);
    }

    /** What writes the content; jackson where nothing is said. */
    String serializer() {
        return values.getOrDefault(SERIALIZER, "jackson");
    }

    /** What the content is packed with; {@code NONE} where nothing is said. */
    String compressor() {
        return values.getOrDefault(COMPRESSOR, Compression.NONE.name());
    }

    /**
     * The ids of the rows that hold the rest of the content, in order.
     *
     * @throws UndoLogFormatException if they are no ids
     */
    List<Long> parts() throws UndoLogFormatException {
        String ids = values.getOrDefault(PARTS, "");
        try {
            return Stream.of(ids.split(","))
                    .filter(id -> !id.isBlank())
                    .map(Long::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new UndoLogFormatException("The undo log names its further rows as " + ids, e);
        }
    }

    /** The branch whose log goes on in this row; empty when this row is no such part. */
    Optional<Long> partOf() {
        String branchId = values.get(PART_OF);
        try {
            return values.containsKey(SERIALIZER) || branchId == null
                    ? Optional.empty()
                    : Optional.of(Long.valueOf(branchId));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether its rollback has met a dirty write: the row then waits for a human. */
    public boolean isDirty() {
        return DIRTY.equals(values.get(OURS));
    }

    /** Whether the branch was undone before the TC asked for it. */
    public boolean isUndone() {
        return UNDONE.equals(values.get(OURS));
    }

    UndoLogContext dirty() {
        return with(OURS, DIRTY);
    }

    /** The context of what is left of a branch that was undone before the TC asked for it. */
    static UndoLogContext undone() {
        return empty().with(OURS, UNDONE);
    }

    private UndoLogContext with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(key, value);
        return new UndoLogContext(changed);
    }

    /** The text of the column. */
    @Override
    public String toString() {
        return values.entrySet().stream().map(UndoLogContext::pair).collect(Collectors.joining("&"));
    }

    private static String pair(Entry<String, String> entry) {
        return entry.getKey() + "=" + entry.getValue();
    }
}
