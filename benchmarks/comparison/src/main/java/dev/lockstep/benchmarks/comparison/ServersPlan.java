package dev.lockstep.benchmarks.comparison;

import dev.lockstep.testing.database.DatabaseKind;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which servers a comparison needs.
 *
 * @param tcProcessors how many processors a TC believes to have; 0 for as many as there are
 * @param nodes how many TCs, of which only the first is for clients that are not told of more
 * @param database null for H2 in memory of each client's own process
 * @param tcProperties settings of the TC that are not at their defaults
 */
record ServersPlan(
        String tcVersion,
        int tcProcessors,
        int nodes,
        @Nullable DatabaseKind database,
        Map<String, String> tcProperties) {

    /** What stands for H2 in memory on command lines and in tables. */
    private static final String H2 = "h2";

    /**
     * Reads what a command line calls a database.
     *
     * @return null for H2 in memory
     * @throws IllegalArgumentException if there is none of this name
     */
    static @Nullable DatabaseKind database(String name) {
        if (name.equals(H2)) {
            return null;
        }
        return Arrays.stream(DatabaseKind.values())
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no database \"" + name
                        + "\"; there are h2 and " + Arrays.toString(DatabaseKind.values()) + "."));
    }

    /** One TC and a database. */
    static ServersPlan of(String tcVersion, int tcProcessors, @Nullable DatabaseKind database) {
        return new ServersPlan(tcVersion, tcProcessors, 1, database, Map.of());
    }

    /** As on command lines. */
    String databaseName() {
        return database == null ? H2 : database.toString();
    }

    /** In names of files: what is not at its default. */
    String suffix() {
        return tcVersion
                + (tcProcessors > 0 ? "-" + tcProcessors + "cpu" : "")
                + (database == null ? "" : "-" + database);
    }
}
