package dev.lockstep.samples.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What the demo tells its reader. Each line is written as its event happens. Thread-safe as the stream is. */
final class Account {

    private static final String ROW = "    %-32s %16s %16s %16s%n";

    private final PrintStream out;

    Account(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println();
        out.println(text);
    }

    void step(String text) {
        out.println("  - " + text);
    }

    void command(String text) {
        out.println("      " + text);
    }

    void ready(String what, String where, Duration took) {
        step(String.format(Locale.ROOT, "%-14s ready at %-24s %5.1f s", what, where, took.toMillis() / 1000.0));
    }

    /** The three pictures of one order side by side. */
    void table(Act act) {
        out.println();
        out.printf(ROW, "", "before", "during", "after");
        row(act, "stock database: bikes available", Snapshot::available);
        row(act, "stock database: undo rows", Snapshot::undoRowsOfStock);
        row(act, "order database: orders", seen -> list(seen.orders()));
        row(act, "order database: credit of ann", Snapshot::credit);
        row(act, "order database: undo rows", Snapshot::undoRowsOfOrder);
        row(act, "TC: global locks held", seen -> seen.locks().size());
        out.println();
    }

    private void row(Act act, String what, Function<Snapshot, Object> value) {
        out.printf(ROW, what, value.apply(act.before()), value.apply(act.during()), value.apply(act.after()));
    }

    private static String list(List<String> things) {
        return things.isEmpty() ? "none" : String.join(", ", things);
    }

    void verdict(List<String> problems, String wellDone) {
        if (problems.isEmpty()) {
            step("as expected: " + wellDone);
        } else {
            problems.forEach(problem -> step("WRONG: " + problem));
        }
    }

    /** The demo could not go on. */
    void trouble(Exception trouble, Path logFolder) {
        title("The demo could not be played to its end. The logs of the services are in " + logFolder);
        for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
            step(cause.toString());
        }
    }
}
