package dev.lockstep.benchmarks.comparison;

import java.time.Duration;
import java.util.List;

/**
 * How a comparison uses the time it is given.
 *
 * @param limit when to begin no more rounds, counted from the start of the comparison
 */
record TimeBudget(Duration warmUp, int rounds, Duration roundLength, Duration limit) {

    /** Below this a median says little; turns get shorter rather. */
    private static final int FEW_ROUNDS = 3;

    private static final List<Duration> ROUND_LENGTHS =
            List.of(Duration.ofMillis(1_500), Duration.ofMillis(1_000), Duration.ofMillis(600));

    /** What a turn takes beside its length: connections, second phases, the look at the data. */
    private static final Duration BESIDE_TURN = Duration.ofMillis(600);

    private static final Duration START_OF_SERVERS = Duration.ofSeconds(15);
    private static final Duration START_OF_CLIENT = Duration.ofSeconds(3);
    /** Some take less and leave it to others: {@link WarmUp}. */
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(60);

    private static final double WARM_UP_SHARE = 0.45;

    /**
     * Plans it; at least one round of short turns, however little the time.
     *
     * @param total for starts, warm-up and rounds
     * @param turns of all clients in one round
     */
    static TimeBudget of(Duration total, int clients, int turns) {
        var left = total.minus(START_OF_SERVERS).minus(START_OF_CLIENT.multipliedBy(clients));
        if (left.isNegative()) {
            left = Duration.ZERO;
        }
        var share = Duration.ofMillis(Math.max(1_000, (long) (left.toMillis() * WARM_UP_SHARE / clients)));
        var warmUp = share.compareTo(LONGEST_WARM_UP) < 0 ? share : LONGEST_WARM_UP;
        var forRounds = left.minus(warmUp.multipliedBy(clients));
        for (var length : ROUND_LENGTHS) {
            var rounds = rounds(forRounds, turns, length);
            if (rounds >= FEW_ROUNDS) {
                return new TimeBudget(warmUp, rounds, length, total);
            }
        }
        var shortest = ROUND_LENGTHS.get(ROUND_LENGTHS.size() - 1);
        return new TimeBudget(warmUp, Math.max(1, rounds(forRounds, turns, shortest)), shortest, total);
    }

    private static int rounds(Duration time, int turns, Duration length) {
        return (int) (time.toMillis() / (turns * length.plus(BESIDE_TURN).toMillis()));
    }
}
