package dev.lockstep.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/**
 * What becomes of each property of the official client: served, accepted without effect, or served for one value alone. The
 * table is a resource beside this class. Immutable.
 */
final class OfficialProperties {

    private static final Logger LOG = LoggerFactory.getLogger(OfficialProperties.class);

    private static final String TABLE = "official-properties.txt";

    private static final String COLUMN = " | ";

    /**
     * @param only the one value that is served, or null for any
     * @param text the difference to the official client, or the reason
     */
    record Entry(String name, boolean effective, @Nullable String only, String text) {}

    private final List<Entry> entries = new ArrayList<>();

    OfficialProperties() {
        for (String line : lines()) {
            // By hand: an expression would be compiled for each of some two hundred lines, while an application starts.
            int endOfName = line.indexOf(COLUMN);
            int endOfVerdict = line.indexOf(COLUMN, endOfName + COLUMN.length());
            String name = line.substring(0, endOfName);
            String verdict = line.substring(endOfName + COLUMN.length(), endOfVerdict);
            String only = verdict.startsWith("only ") ? verdict.substring("only ".length()) : null;
            entries.add(new Entry(
                    name, !verdict.equals("no effect"), only, line.substring(endOfVerdict + COLUMN.length())));
        }
    }

    /** In the order of the table. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /**
     * Compares what the application sets with what is served.
     *
     * @throws SeataConfigurationException at the first value that asks for something that is not served
     */
    void refuseOthers(Environment environment) {
        for (Entry entry : entries) {
            String value = entry.only() == null ? null : environment.getProperty(entry.name());
            if (value != null && !value.isBlank() && !value.strip().equalsIgnoreCase(entry.only())) {
                throw notServed(entry, value);
            }
        }
    }

    /** Says once what the application sets without effect. */
    void tellOfOthers(Environment environment) {
        Map<String, Entry> known = new HashMap<>();
        entries.forEach(entry -> known.put(NamesSet.uniform(entry.name()), entry));
        Set<String> withoutEffect = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        for (String name : NamesSet.under("seata", environment)) {
            Entry entry = known.get(NamesSet.uniform(name));
            if (entry == null) {
                if (!isPartOfAMap(name)) {
                    unknown.add(name);
                }
            } else if (!entry.effective()) {
                withoutEffect.add(entry.name());
            }
        }
        // Those in environment variables, whose spelling gives no name: they are asked for by theirs.
        for (Entry entry : entries) {
            if (!entry.effective() && environment.containsProperty(entry.name())) {
                withoutEffect.add(entry.name());
            }
        }
        if (!withoutEffect.isEmpty()) {
            LOG.info("[starter] Properties of the official client without effect here: {}", withoutEffect);
        }
        if (!unknown.isEmpty()) {
            LOG.warn("[starter] Properties that nobody knows, perhaps misspelt: {}", unknown);
        }
    }

    private static SeataConfigurationException notServed(Entry entry, String value) {
        return new SeataConfigurationException(
                entry.name() + " is '" + value + "', and only " + entry.only() + " is served. " + entry.text(),
                "Remove the property, or write\n\n    " + entry.name() + "=" + entry.only() + "\n");
    }

    /** Keys and list elements that no table can name. */
    private static boolean isPartOfAMap(String name) {
        return name.startsWith("seata.service.vgroup-mapping.")
                || name.startsWith("seata.service.vgroupmapping.")
                || name.startsWith("seata.service.grouplist.")
                || name.startsWith("seata.registry.")
                || name.startsWith("seata.config.");
    }

    private static List<String> lines() {
        try (InputStream table = OfficialProperties.class.getResourceAsStream(TABLE)) {
            return new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
