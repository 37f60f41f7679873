package dev.lockstep.benchmarks.comparison;

import java.util.List;

/** Who has to be measured in what, so that every goal can be judged. */
final class GoalBouts {

    /** Bare frames as fast as they can be driven, by one thread that never waits. */
    static final Contestant BARE = Contestant.PIPELINED.named("bare");

    /** Our transport without TM and RM, which begins when it is told to. */
    static final Contestant PORTS = Contestant.LOCKSTEP_DEFAULTS.named("lockstep-ports");

    static final Cell SINGLE_1 = new Cell("single", 1);
    static final Cell SINGLE_16 = new Cell("single", 16);
    static final Cell SINGLE_64 = new Cell("single", 64);
    static final Cell ORDER_16 = new Cell("order", 16);
    static final Cell ORDER_64 = new Cell("order", 64);
    static final Cell ROLLED_BACK = new Cell("rolled-back", 16);
    static final Cell EMPTY = new Cell("empty", 64);
    static final Cell READ_ONLY = new Cell("read-only", 16);
    static final Cell BATCH = new Cell("batch", 16);
    static final Cell CONTENTION = new Cell("contention", 16);
    static final Cell BRANCH_1 = new Cell("branch", 1);
    static final Cell BRANCH_64 = new Cell("branch", 64);
    static final Cell BRANCHES_64 = new Cell("branches", 64);

    private static final Contestant OURS = Contestant.LOCKSTEP_SHOP;
    private static final Contestant OFFICIAL = Contestant.OFFICIAL_SHOP;
    private static final Contestant BEST = Contestant.OFFICIAL_SINGLE_SHOP;
    private static final Contestant NEWER = Contestant.OFFICIAL_NEWER_SHOP;
    private static final Contestant PLAIN = Contestant.PLAIN_SHOP;

    private GoalBouts() {}

    /** With H2 in the process of each client. */
    static List<Bout> inMemory() {
        return List.of(
                new Bout(
                        SINGLE_64,
                        List.of(
                                OURS,
                                Contestant.LOCKSTEP_REPORTING_SHOP,
                                OFFICIAL,
                                Contestant.OFFICIAL_REPORTING_SHOP,
                                BEST,
                                NEWER,
                                PLAIN,
                                Contestant.STARTER_SHOP,
                                Contestant.METERED_STARTER_SHOP)),
                new Bout(BRANCH_64, List.of(BARE)),
                new Bout(ORDER_64, List.of(OURS, OFFICIAL, BEST, NEWER, PLAIN)),
                new Bout(BRANCHES_64, List.of(BARE)),
                new Bout(ROLLED_BACK, List.of(OURS, OFFICIAL, BEST)),
                new Bout(EMPTY, List.of(OURS, OFFICIAL, BEST, PORTS, BARE, Contestant.PARKED)),
                new Bout(READ_ONLY, List.of(OURS, OFFICIAL, BEST, PLAIN)),
                new Bout(BATCH, List.of(OURS, OFFICIAL, BEST, PLAIN)),
                new Bout(CONTENTION, List.of(OURS, OFFICIAL, BEST)),
                new Bout(SINGLE_1, List.of(OURS, OFFICIAL, BEST, PLAIN)),
                new Bout(BRANCH_1, List.of(BARE)));
    }

    /** With a server for the databases on the same processors. */
    static List<Bout> onServer() {
        var all = List.of(OURS, OFFICIAL, BEST, PLAIN);
        return List.of(
                new Bout(SINGLE_16, all), new Bout(SINGLE_64, all), new Bout(ORDER_16, all), new Bout(ORDER_64, all));
    }
}
