package dev.lockstep.benchmarks.comparison;

import java.time.Duration;
import java.util.List;

/** How a comparison uses the time it is given: warm-up and windows get shorter before there are few rounds. */
final class TimeBudget {

    /** Below this a median says little. */
    private static final int FEW_ROUNDS = 3;

    private static final List<Duration> WINDOWS =
            List.of(Schedule.WINDOW, Duration.ofMillis(1_500), Duration.ofMillis(1_000));

    /**
     * What a turn takes beside lead-in and window, in the mean of all goals: second phases 0.6 to 0.7 s (up to 2 s where there
     * are two branches, nothing where there are none), measured; then connections and the look at the data.
     */
    private static final Duration BESIDE_TURN = Duration.ofMillis(1_000);

    private static final Duration START_OF_SERVERS = Duration.ofSeconds(15);
    private static final Duration START_OF_CLIENT = Duration.ofSeconds(3);
    /** Some take less and leave it to others: {@link WarmUp}. */
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(60);

    /** Of the time for warm-up and rounds; the second where that makes the rounds enough. */
    private static final List<Double> WARM_UP_SHARES = List.of(0.45, 0.35);

    private final List<Bout> bouts;
    private final int clients;
    private final int turns;
    private final Duration total;
    private final Duration leadIn;
    private final Duration left;

    private TimeBudget(Duration total, List<Bout> bouts, Duration leadIn) {
        this.total = total;
        this.bouts = bouts;
        this.leadIn = leadIn;
        clients = (int) bouts.stream()
                .flatMap(bout -> bout.contestants().stream())
                .distinct()
                .count();
        turns = bouts.stream().mapToInt(bout -> bout.contestants().size()).sum();
        var forAll = total.minus(START_OF_SERVERS)
                .minus(START_OF_CLIENT.multipliedBy(clients))
                .minus(BESIDE_TURN.multipliedBy(warmUpTurns()));
        left = forAll.isNegative() ? Duration.ZERO : forAll;
    }

    /**
     * Plans it; at least one round of short turns, however little the time.
     *
     * @param total for starts, warm-up and rounds
     * @param leadIn of each turn that counts
     */
    static Schedule of(Duration total, List<Bout> bouts, Duration leadIn) {
        return new TimeBudget(total, bouts, leadIn).schedule();
    }

    private Schedule schedule() {
        for (var window : WINDOWS) {
            for (var share : WARM_UP_SHARES) {
                var schedule = schedule(window, warmUp(share));
                if (schedule.rounds() >= FEW_ROUNDS) {
                    return schedule;
                }
            }
        }
        return schedule(last(WINDOWS), warmUp(last(WARM_UP_SHARES)));
    }

    private Schedule schedule(Duration window, Duration warmUp) {
        var round = leadIn.plus(window).plus(BESIDE_TURN).multipliedBy(turns);
        var rounds = left.minus(warmUp.multipliedBy(clients)).dividedBy(round);
        return new Schedule(warmUp, (int) Math.max(1, rounds), leadIn, window, total);
    }

    private Duration warmUp(double share) {
        var each = Duration.ofMillis(Math.max(1_000, (long) (left.toMillis() * share / clients)));
        return each.compareTo(LONGEST_WARM_UP) < 0 ? each : LONGEST_WARM_UP;
    }

    private long warmUpTurns() {
        var lessons = bouts.stream()
                .flatMap(bout -> bout.contestants().stream()
                        .map(contestant -> contestant.name() + " " + bout.cell().workload()))
                .distinct()
                .count();
        return lessons * WarmUp.TURNS;
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}
