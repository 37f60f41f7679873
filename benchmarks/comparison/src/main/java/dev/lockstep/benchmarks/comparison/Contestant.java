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
    private static final String OFFICIAL_SHOP_MAIN = "dev.lockstep.benchmarks.official.OfficialShop";
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

    /** All that can take part in a comparison of transports. */
    static final List<Contestant> TRANSPORTS =
            List.of(LOCKSTEP_DEFAULTS, OFFICIAL_DEFAULTS, OFFICIAL_SINGLE, PIPELINED, PARKED);

    static final Contestant LOCKSTEP_SHOP = new Contestant(
            "lockstep", "dev.lockstep.benchmarks.lockstep.LockstepShop", ClassPaths.LOCKSTEP, List.of(), List.of());

    static final Contestant OFFICIAL_SHOP =
            new Contestant("official", OFFICIAL_SHOP_MAIN, ClassPaths.OFFICIAL, List.of(), List.of());

    static final Contestant OFFICIAL_SINGLE_SHOP = new Contestant(
            "official-single", OFFICIAL_SHOP_MAIN, ClassPaths.OFFICIAL, OFFICIAL_SINGLE.jvmArguments(), List.of());

    /** The same statements in local transactions alone. */
    static final Contestant PLAIN_SHOP =
            new Contestant("plain", "dev.lockstep.benchmarks.shop.PlainShop", ClassPaths.SHOP, List.of(), List.of());

    /** A Spring Boot application without a client of a TC. */
    static final Contestant BOOT = boot(ClassPaths.BOOT);

    static final Contestant BOOT_LOCKSTEP = boot(ClassPaths.BOOT_LOCKSTEP);
    static final Contestant BOOT_OFFICIAL = boot(ClassPaths.BOOT_OFFICIAL);

    /** Makes no reports. */
    static final Contestant REPORTS_OFF = reporting("off", "reports=off");

    /**
     * Longer than a TC under load pauses: what is counted is the batch size, and not how often a pause left a batch unfilled.
     * The last batch of a turn is still a part of one.
     */
    private static final String LONG_LINGER = "report-linger=500";

    /** All that can take part in a comparison of the ways to report; {@code spared} is the default. */
    static final List<Contestant> REPORTERS = List.of(
            REPORTS_OFF,
            reporting("spared"),
            reporting("single-1", "report-spare=false", "report-form=single", "report-batch=1"),
            reporting("single-32", "report-spare=false", "report-form=single", "report-batch=32", LONG_LINGER),
            reporting("merged-1", "report-spare=false", "report-form=merged", "report-batch=1"),
            reporting("merged-32", "report-spare=false", "report-form=merged", "report-batch=32", LONG_LINGER),
            OFFICIAL_DEFAULTS,
            OFFICIAL_SINGLE);

    /** All that can take part in a comparison of whole clients. */
    static final List<Contestant> SHOPS = List.of(LOCKSTEP_SHOP, OFFICIAL_SHOP, OFFICIAL_SINGLE_SHOP, PLAIN_SHOP);

    private static Contestant reporting(String name, String... settings) {
        return new Contestant(name, LOCKSTEP, ClassPaths.LOCKSTEP, List.of(), List.of(settings));
    }

    private static Contestant boot(String classPath) {
        return new Contestant(
                classPath,
                "dev.lockstep.benchmarks.boot.BootClient",
                classPath,
                List.of(Footprint.JVM_ARGUMENTS),
                List.of());
    }

    private static Contestant bare(String form) {
        return new Contestant(form, BARE, ClassPaths.LOAD, List.of(), List.of("form=" + form));
    }

    /**
     * @throws IllegalArgumentException if none is called so
     */
    static Contestant named(String name, List<Contestant> known) {
        return known.stream()
                .filter(contestant -> contestant.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no client \"" + name + "\"; there are "
                        + known.stream().map(Contestant::name).toList() + "."));
    }
}
