package dev.lockstep.benchmarks.comparison;

import java.util.List;
import java.util.Map;

/**
 * Work that grows in one dimension.
 *
 * @param dimension as the workloads of the growing application begin
 * @param title of the plot
 * @param x what grows
 * @param amounts in rising order; 0 where there may be none
 * @param quickAmounts fewer of them
 * @param callers how many transactions are open at once
 * @param onServer whether the database is on a server; in memory of the client otherwise
 * @param perProcess whether each amount needs a client process of its own, which is told the amount as the number of nodes
 */
record Curve(
        String dimension,
        String title,
        String x,
        List<Integer> amounts,
        List<Integer> quickAmounts,
        int callers,
        boolean onServer,
        boolean perProcess) {

    private static final List<Curve> ALL = List.of(
            new Curve(
                    "rows",
                    "Rows of one UPDATE",
                    "rows per statement",
                    List.of(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000),
                    List.of(1, 10, 100, 1_000, 10_000),
                    1,
                    false,
                    false),
            new Curve(
                    "branches",
                    "Branches of one global transaction",
                    "branches per transaction",
                    List.of(1, 2, 4, 8, 16, 32, 64),
                    List.of(1, 4, 16, 64),
                    4,
                    false,
                    false),
            new Curve(
                    "open",
                    "Other global transactions that are open meanwhile",
                    "open transactions",
                    List.of(1, 10, 100, 1_000, 10_000),
                    List.of(1, 100, 3_000),
                    8,
                    false,
                    false),
            new Curve(
                    "undo",
                    "Undo logs of others in the table, on MariaDB",
                    "rows of undo_log",
                    List.of(0, 1_000, 10_000, 100_000, 1_000_000),
                    List.of(0, 10_000, 300_000),
                    8,
                    true,
                    false),
            new Curve(
                    "sources",
                    "Data sources of the client, used in turn",
                    "data sources",
                    List.of(1, 2, 4, 8, 16, 32, 64),
                    List.of(1, 8, 64),
                    8,
                    false,
                    false),
            new Curve(
                    "nodes",
                    "Nodes of the TC, on the same processors",
                    "nodes",
                    List.of(1, 2, 3),
                    List.of(1, 2, 3),
                    16,
                    false,
                    true));

    /** The dimensions of all curves, by comma. */
    static String dimensions() {
        return String.join(",", ALL.stream().map(Curve::dimension).toList());
    }

    /**
     * @throws IllegalArgumentException if there is none of this dimension
     */
    static Curve of(String dimension) {
        return ALL.stream()
                .filter(curve -> curve.dimension.equals(dimension))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no curve \"" + dimension + "\"; there are " + dimensions() + "."));
    }

    Cell cell(int amount) {
        return new Cell(dimension + "-" + amount, callers);
    }

    /** What the TC has to be told, because by default its file store refuses a branch with some 2,000 rows. */
    static Map<String, String> tcProperties() {
        return Map.of(
                "seata.store.file.max-branch-session-size", "4194304",
                "seata.store.file.max-global-session-size", "65536",
                "seata.store.file.file-write-buffer-cache-size", "8388608");
    }
}
