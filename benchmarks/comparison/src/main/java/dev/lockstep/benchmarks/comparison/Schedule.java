package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import java.time.Duration;

/**
 * How long a comparison takes for what.
 *
 * @param warmUp of each client in the mean, in several turns
 * @param rounds how often each client has its turn in each cell
 * @param leadIn how long callers run in a turn before what they do is counted for throughput
 * @param window how long it is counted
 * @param limit when to be done, about, counted from the start; one round is made in any case
 */
record Schedule(Duration warmUp, int rounds, Duration leadIn, Duration window, Duration limit) {

    /**
     * A TC asks for the second phase of a branch up to a second after the commit, and a client may put it off by as much: after
     * both, what is put off into a window is as much as what is put off beyond it.
     */
    static final Duration LEAD_IN = Duration.ofSeconds(2);

    /** Twice the second in which a TC asks for what was committed in it: neither more of its pauses nor more of its bursts. */
    static final Duration WINDOW = Duration.ofSeconds(2);

    /** To see that everything works. */
    static final Duration QUICK_LEAD_IN = Duration.ofMillis(500);

    private static final Duration QUICK_WINDOW = Duration.ofMillis(500);
    private static final int QUICK_WARM_UP_SECONDS = 2;

    private static final Duration NO_LIMIT = Duration.ofDays(1);

    /** The options that {@link #of} takes. */
    static String usage(int warmUpSeconds, int rounds) {
        return """
                  --warm-up          seconds for each client, in the mean (%d)
                  --rounds           turns of each client in each cell (%d)
                  --lead-millis      how long a turn runs before its window (%d)
                  --round-millis     length of that window, in which transactions are counted for throughput and latency (%d)
                """.formatted(warmUpSeconds, rounds, LEAD_IN.toMillis(), WINDOW.toMillis());
    }

    /** Reads the command line; with these numbers where it tells no other. */
    static Schedule of(Arguments given, int warmUpSeconds, int rounds) {
        return new Schedule(
                Duration.ofSeconds(given.number("warm-up", warmUpSeconds, QUICK_WARM_UP_SECONDS)),
                given.number("rounds", rounds, 1),
                given.millis("lead-millis", LEAD_IN, QUICK_LEAD_IN),
                given.millis("round-millis", WINDOW, QUICK_WINDOW),
                NO_LIMIT);
    }

    /** A turn that counts. */
    Round turnIn(Cell cell) {
        return new Round(cell.workload(), cell.callers(), leadIn, window);
    }

    /**
     * For the head of a table.
     *
     * @param made how many rounds there were
     */
    String words(int made) {
        return "%d round(s): in each a turn of each client in each cell, %d ms of lead-in and then a window of %d ms; after %d s of warm-up each in the mean."
                .formatted(made, leadIn.toMillis(), window.toMillis(), warmUp.toSeconds());
    }
}
