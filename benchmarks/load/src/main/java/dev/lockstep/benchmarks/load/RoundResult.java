package dev.lockstep.benchmarks.load;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one round gave, by name, as it travels from the client to the comparison: whole numbers and fractions, and one text,
 * what went wrong first.
 *
 * @param values never empty; the names stand as constants here, but for counters of the client, which begin with {@link
 *     #COUNTER}
 * @param firstFailure empty if nothing failed; wrong data ranks above failed transactions
 */
public record RoundResult(Map<String, Double> values, String firstFailure) {

    /** That ended as they should, of the whole round: what its costs are shared among. */
    public static final String TRANSACTIONS = "transactions";

    /** That did not, of the whole round. */
    public static final String FAILURES = "failures";

    /** How long callers ran before the window opened. */
    public static final String LEAD_IN_SECONDS = "lead-in-seconds";

    /** How long the window was open. */
    public static final String WINDOW_SECONDS = "window-seconds";

    /** The transactions that ended in it, as they should: what throughput and latencies are of. */
    public static final String IN_WINDOW = "in-window";

    /** How long the TC took after the last answer until every branch had its second phase. */
    public static final String DRAIN_SECONDS = "drain-seconds";
    /** Branches that had no second phase when the limit for it was over. */
    public static final String BRANCHES_OPEN = "branches-open";

    /** 1 if the data was not as the transactions should have left it. */
    public static final String DATA_WRONG = "data-wrong";

    public static final String MEAN_MICROS = "mean-us";
    public static final String P50_MICROS = "p50-us";
    public static final String P99_MICROS = "p99-us";
    public static final String P999_MICROS = "p999-us";
    public static final String MAX_MICROS = "max-us";

    /** Of this client's process in the whole round, second phases included; as all costs below. */
    public static final String CPU_MILLIS = "cpu-ms";

    /** What the JIT compiler took of that. */
    public static final String COMPILER_MILLIS = "compiler-ms";

    public static final String SWITCHES = "switches";
    public static final String WRITES = "writes";
    public static final String ALLOCATED_BYTES = "allocated-bytes";

    /** Of all TCs; absent where their processes are not known. */
    public static final String TC_CPU_MILLIS = "tc-cpu-ms";

    public static final String TC_SWITCHES = "tc-switches";

    /** Of the server of the databases, all its processes; absent where the databases lie in this process. */
    public static final String DATABASE_CPU_MILLIS = "database-cpu-ms";

    public static final String COUNTER = "counter-";

    private static final String FIRST_FAILURE = "first-failure=";

    public RoundResult {
        values = Map.copyOf(values);
    }

    /**
     * @throws IllegalArgumentException if the client did not tell it
     */
    public double value(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The round has no " + name + ", only " + values.keySet() + ".");
        }
        return value;
    }

    /** A counter of the client, 0 if it does not count this. */
    public double counter(String name) {
        return values.getOrDefault(COUNTER + name, 0.0);
    }

    String line() {
        var line = new StringBuilder();
        values.forEach(
                (name, value) -> line.append(name).append('=').append(value).append(' '));
        return line.append(FIRST_FAILURE)
                .append(firstFailure.replaceAll("\\s+", " "))
                .toString();
    }

    /** Reads what {@link #line} wrote. */
    public static RoundResult parse(String line) {
        var cut = line.indexOf(FIRST_FAILURE);
        if (cut < 0) {
            throw new IllegalArgumentException("Not the result of a round: \"" + line + "\".");
        }
        var values = new LinkedHashMap<String, Double>();
        for (var pair : line.substring(0, cut).strip().split(" ")) {
            var equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), Double.valueOf(pair.substring(equals + 1)));
        }
        return new RoundResult(values, line.substring(cut + FIRST_FAILURE.length()));
    }
}
