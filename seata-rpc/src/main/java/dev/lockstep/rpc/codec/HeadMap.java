package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries between the fixed head and the body: key, value, key, value. Each is a text with a signed 2-byte length;
 * here, and only here, null is the length -1.
 */
final class HeadMap {

    private static final int NULL_LENGTH = -1;

    private HeadMap() {}

    static void write(ByteBuf out, Map<String, @Nullable String> entries) {
        if (entries.isEmpty()) {
            return; // as nearly always: no walk over nothing
        }
        for (var entry : entries.entrySet()) {
            writeText(out, entry.getKey());
            writeText(out, entry.getValue());
        }
    }

    /** Reads entries until {@code in} is used up; an entry whose key is null is dropped. */
    static Map<String, @Nullable String> read(ByteBuf in) {
        if (!in.isReadable()) {
            return Map.of();
        }
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        while (in.isReadable()) {
            var key = readText(in);
            var value = readText(in);
            if (key != null) {
                entries.put(key, value);
            }
        }
        return Collections.unmodifiableMap(entries);
    }

    private static void writeText(ByteBuf out, @Nullable String text) {
        if (text == null) {
            out.writeShort(NULL_LENGTH);
            return;
        }
        Wire.writeShortText(out, "head map", text);
    }

    private static @Nullable String readText(ByteBuf in) {
        var bytes = in.readShort();
        if (bytes == NULL_LENGTH) {
            return null;
        }
        var text = Wire.readUtf8(in, "head map", bytes);
        return text == null ? "" : text;
    }
}
