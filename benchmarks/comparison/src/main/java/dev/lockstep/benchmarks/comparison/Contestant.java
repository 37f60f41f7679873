package dev.lockstep.benchmarks.comparison;

import java.util.List;

/**
 * One client as a table lists it, and how its process is started.
 *
 * @param name in options and tables
 * @param classPath which of the class paths that the build has written
 * @param jvmArguments what sets it apart from others of the same class path, as far as that is a system property
 * @param settings what sets it apart otherwise, each as {@code name=value}
 */
record Contestant(String name, String mainClass, String classPath, List<String> jvmArguments, List<String> settings) {

    private static final String BARE = "dev.lockstep.benchmarks.bare.BareClient";
    private static final String OFFICIAL = "dev.lockstep.benchmarks.official.OfficialClient";
    private static final String LOCKSTEP = "dev.lockstep.benchmarks.lockstep.LockstepClient";

    /** A JVM without a client. */
    static final Contestant EMPTY =
            new Contestant("empty", "dev.lockstep.benchmarks.load.EmptyClient", ClassPaths.LOAD, List.of(), List.of());

    /** One thread, as many transactions in flight as there are callers: the ceiling for throughput. */
    static final Contestant PIPELINED = bare("pipelined");

    /** Blocking callers on a raw connection: the reference for CPU. */
    static final Contestant PARKED = bare("parked");

    static final Contestant OFFICIAL_DEFAULTS =
            new Contestant("official", OFFICIAL, ClassPaths.OFFICIAL, List.of(), List.of());

    /** Its best setting where it merges requests by default. */
    static final Contestant OFFICIAL_SINGLE = new Contestant(
            "official-single",
            OFFICIAL,
            ClassPaths.OFFICIAL,
            List.of("-Dtransport.enableRmClientBatchSendRequest=false"),
            List.of());

    static final Contestant LOCKSTEP_DEFAULTS =
            new Contestant("lockstep", LOCKSTEP, ClassPaths.LOCKSTEP, List.of(), List.of());

    /** All that can take part, in the order of tables. */
    static final List<Contestant> ALL =
            List.of(LOCKSTEP_DEFAULTS, OFFICIAL_DEFAULTS, OFFICIAL_SINGLE, PIPELINED, PARKED);

    private static Contestant bare(String form) {
        return new Contestant(form, BARE, ClassPaths.LOAD, List.of(), List.of("form=" + form));
    }

    /**
     * @throws IllegalArgumentException if none is called so
     */
    static Contestant named(String name) {
        return ALL.stream()
                .filter(contestant -> contestant.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no client \"" + name + "\"; there are "
                        + ALL.stream().map(Contestant::name).toList() + "."));
    }
}
