package dev.lockstep.samples.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the demo tells its reader. Each line is written as its event happens. Thread-safe as the stream is. */
final class Account {

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
        row("", "before", "during", "after");
        row(
                "stock     bikes available",
                act.before().available(),
                act.during().available(),
                act.after().available());
        row(
                "order     orders",
                count(act.before().orders()),
                count(act.during().orders()),
                count(act.after().orders()));
        row(
                "order     credit of the customer",
                act.before().credit(),
                act.during().credit(),
                act.after().credit());
        row(
                "stock     undo rows",
                act.before().undoRowsOfStock(),
                act.during().undoRowsOfStock(),
                act.after().undoRowsOfStock());
        row(
                "order     undo rows",
                act.before().undoRowsOfOrder(),
                act.during().undoRowsOfOrder(),
                act.after().undoRowsOfOrder());
        row(
                "TC        global locks",
                count(act.before().locks()),
                count(act.during().locks()),
                count(act.after().locks()));
        out.println();
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

    private static int count(List<String> things) {
        return things.size();
    }

    private void row(String what, Object before, Object during, Object after) {
        out.printf(Locale.ROOT, "    %-34s %8s %8s %8s%n", what, before, during, after);
    }
}
