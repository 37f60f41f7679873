package dev.lockstep.rm.peer;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipInputStream;

/**
 * The only row of undo_log, as somebody reads it who belongs to no client.
 *
 * @param context its pairs
 * @param log rollback_info, unpacked
 */
record UndoRow(Set<String> context, JsonNode log) {

    private static final ObjectMapper TREES = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

    static UndoRow only(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT context, rollback_info, log_status FROM undo_log")) {
            if (!rows.next()) {
                throw new IllegalStateException("no row in undo_log");
            }
            String context = rows.getString(1);
            byte[] info = rows.getBytes(2);
            if (rows.getInt(3) != 0 || rows.next()) {
                throw new IllegalStateException("not one undo log alone");
            }
            return new UndoRow(
                    new TreeSet<>(Arrays.asList(context.split("&"))),
                    TREES.readTree(context.contains("compressorType=ZIP") ? unzipped(info) : info));
        }
    }

    private static byte[] unzipped(byte[] packed) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(packed))) {
            zip.getNextEntry();
            return zip.readAllBytes();
        }
    }

    /**
     * How ours differs from that of an official client; what ours adds on purpose is left out.
     *
     * @return for each difference where it is and both sides, elements of lists not told apart
     */
    static Set<String> differences(UndoRow official, UndoRow ours) {
        Set<String> found = new TreeSet<>();
        Set<String> added = new TreeSet<>(ours.context);
        added.removeAll(official.context);
        added.removeIf(pair -> pair.startsWith("crc32="));
        added.forEach(pair -> found.add(" context: only ours has " + pair));
        Set<String> missing = new TreeSet<>(official.context);
        missing.removeAll(ours.context);
        // The official client 2.2 and later notes what it has read from MySQL, for itself.
        missing.removeIf(pair -> pair.startsWith("max_allowed_packet=") || pair.startsWith("map="));
        missing.forEach(pair -> found.add(" context: only the official one has " + pair));
        compare("", official.log, ours.log, found);
        return found;
    }

    private static void compare(String path, JsonNode official, JsonNode ours, Set<String> found) {
        if (official.isObject() && ours.isObject()) {
            Set<String> names = new TreeSet<>();
            official.fieldNames().forEachRemaining(names::add);
            ours.fieldNames().forEachRemaining(names::add);
            // The exact text of a temporal value: official readers skip it.
            names.remove("lockstep");
            for (String name : names) {
                compare(path + "." + name, official.path(name), ours.path(name), found);
            }
        } else if (isTyped(official) || isTyped(ours)) {
            if (!official.equals(ours)) {
                found.add(path + ": " + shortened(official) + " and ours " + shortened(ours));
            }
        } else if (isList(official)
                && isList(ours)
                && official.path(1).size() != ours.path(1).size()) {
            found.add(path + ": " + official.path(1).size() + " and ours "
                    + ours.path(1).size());
        } else if (path.endsWith(".fields") && isList(official) && isList(ours)) {
            // Clients name the columns in different orders, which means nothing.
            Map<String, JsonNode> others = byName(ours);
            byName(official)
                    .forEach((name, field) ->
                            compare(path, field, others.getOrDefault(name, MissingNode.getInstance()), found));
        } else if (official.isArray() && ours.isArray() && official.size() == ours.size()) {
            Iterator<JsonNode> others = ours.elements();
            official.elements().forEachRemaining(one -> compare(path, one, others.next(), found));
        } else if (!official.equals(ours)) {
            found.add(path + ": " + shortened(official) + " and ours " + shortened(ours));
        }
    }

    private static Map<String, JsonNode> byName(JsonNode fields) {
        Map<String, JsonNode> byName = new TreeMap<>();
        fields.path(1).forEach(field -> byName.put(field.path("name").asText(), field));
        return byName;
    }

    /** A value with the name of its class. */
    private static boolean isTyped(JsonNode node) {
        return node.isArray() && node.size() == 2 && node.get(0).isTextual() && !isList(node);
    }

    private static boolean isList(JsonNode node) {
        return node.path(0).asText().equals("java.util.ArrayList");
    }

    private static String shortened(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() > 90 ? text.substring(0, 90) + "..." : text;
    }
}
