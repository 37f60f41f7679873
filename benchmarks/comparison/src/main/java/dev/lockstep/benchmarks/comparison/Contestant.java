package dev.lockstep.benchmarks.comparison;

import java.util.List;

/**
 * One client as a table lists it, and how its process is started.
 *
 * @param name in options and tables
 * @param classPath which of the class paths that the build has written
 * @param jvmArguments what sets it apart from others of the same class path, as far as that is a system property
 * @param settings what sets it apart otherwise, each as {@code name=value}
 * @param databases by what names it wants databases of its own, where they are on a server
 */
record Contestant(
        String name,
        String mainClass,
        String classPath,
        List<String> jvmArguments,
        List<String> settings,
        List<String> databases) {

    private static final String BARE = "dev.lockstep.benchmarks.bare.BareClient";
    private static final String OFFICIAL = "dev.lockstep.benchmarks.official.OfficialClient";
    private static final String OFFICIAL_SHOP_MAIN = "dev.lockstep.benchmarks.official.OfficialShop";
    private static final String LOCKSTEP = "dev.lockstep.benchmarks.lockstep.LockstepClient";

    private static final List<String> SINGLE_REQUESTS = List.of("-Dtransport.enableRmClientBatchSendRequest=false");

    /** A JVM without a client. */
    static final Contestant EMPTY =
            transport("empty", "dev.lockstep.benchmarks.load.EmptyClient", ClassPaths.LOAD, List.of());

    /** One thread, as many transactions in flight as there are callers: the ceiling for throughput. */
    static final Contestant PIPELINED = bare("pipelined");

    /** Blocking callers on a raw connection: the reference for CPU. */
    static final Contestant PARKED = bare("parked");

    static final Contestant OFFICIAL_DEFAULTS = transport("official", OFFICIAL, ClassPaths.OFFICIAL, List.of());

    /** Its best setting where it merges requests by default. */
    static final Contestant OFFICIAL_SINGLE =
            transport("official-single", OFFICIAL, ClassPaths.OFFICIAL, SINGLE_REQUESTS);

    static final Contestant LOCKSTEP_DEFAULTS = transport("lockstep", LOCKSTEP, ClassPaths.LOCKSTEP, List.of());

    /** All that can take part in a comparison of transports. */
    static final List<Contestant> TRANSPORTS = List.of(
            LOCKSTEP_DEFAULTS,
            LOCKSTEP_DEFAULTS.named("connections-2").withSettings("connections=2"),
            LOCKSTEP_DEFAULTS.named("connections-4").withSettings("connections=4"),
            LOCKSTEP_DEFAULTS.named("roles-apart").withSettings("roles=apart"),
            OFFICIAL_DEFAULTS,
            OFFICIAL_SINGLE,
            PIPELINED,
            PARKED);

    static final Contestant LOCKSTEP_SHOP =
            shop("lockstep", "dev.lockstep.benchmarks.lockstep.LockstepShop", ClassPaths.LOCKSTEP, List.of());

    /** With a report of every successful branch. */
    static final Contestant LOCKSTEP_REPORTING_SHOP =
            LOCKSTEP_SHOP.named("lockstep+reports").withSettings("report-success=on");

    /** As a Spring Boot application has it, without a registry of meters. */
    static final Contestant STARTER_SHOP =
            shop("starter", "dev.lockstep.benchmarks.starter.StarterShop", ClassPaths.STARTER, List.of());

    /** With Micrometer. */
    static final Contestant METERED_STARTER_SHOP =
            STARTER_SHOP.named("starter+metrics").withSettings("metrics=on");

    static final Contestant OFFICIAL_SHOP = shop("official", OFFICIAL_SHOP_MAIN, ClassPaths.OFFICIAL, List.of());

    static final Contestant OFFICIAL_SINGLE_SHOP =
            shop("official-single", OFFICIAL_SHOP_MAIN, ClassPaths.OFFICIAL, SINGLE_REQUESTS);

    static final Contestant OFFICIAL_REPORTING_SHOP = shop(
            "official+reports",
            OFFICIAL_SHOP_MAIN,
            ClassPaths.OFFICIAL,
            List.of("-Dclient.rm.reportSuccessEnable=true"));

    /** As it is called and made since 2.1, with its defaults. */
    static final Contestant OFFICIAL_NEWER_SHOP =
            shop("official-2.5", OFFICIAL_SHOP_MAIN, ClassPaths.OFFICIAL_NEWER, List.of());

    /**
     * The same statements in local transactions alone. Nothing holds it back, so the rows that it inserts in one turn of batches
     * are some millions: too many for the heap of the others.
     */
    static final Contestant PLAIN_SHOP =
            shop("plain", "dev.lockstep.benchmarks.shop.PlainShop", ClassPaths.SHOP, List.of("-Xmx1536m"));

    /** A Spring Boot application without a client of a TC. */
    static final Contestant BOOT = boot(ClassPaths.BOOT);

    static final Contestant BOOT_LOCKSTEP = boot(ClassPaths.BOOT_LOCKSTEP);
    static final Contestant BOOT_OFFICIAL = boot(ClassPaths.BOOT_OFFICIAL);

    /** Makes no reports. */
    static final Contestant REPORTS_OFF = LOCKSTEP_DEFAULTS.named("off").withSettings("reports=off");

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
    static final List<Contestant> SHOPS = List.of(
            LOCKSTEP_SHOP,
            LOCKSTEP_REPORTING_SHOP,
            STARTER_SHOP,
            METERED_STARTER_SHOP,
            OFFICIAL_SHOP,
            OFFICIAL_SINGLE_SHOP,
            OFFICIAL_REPORTING_SHOP,
            OFFICIAL_NEWER_SHOP,
            PLAIN_SHOP);

    /** All that can be looked at while their work grows. */
    static final List<Contestant> GROWING = List.of(
            growing("lockstep", "dev.lockstep.benchmarks.lockstep.LockstepGrowth", ClassPaths.LOCKSTEP),
            growing("official", "dev.lockstep.benchmarks.official.OfficialGrowth", ClassPaths.OFFICIAL));

    private static Contestant transport(String name, String main, String classPath, List<String> jvmArguments) {
        return new Contestant(name, main, classPath, jvmArguments, List.of(), List.of());
    }

    private static Contestant reporting(String name, String... settings) {
        return LOCKSTEP_DEFAULTS.named(name).withSettings(settings);
    }

    private static Contestant boot(String classPath) {
        return transport(
                classPath, "dev.lockstep.benchmarks.boot.BootClient", classPath, List.of(Footprint.JVM_ARGUMENTS));
    }

    private static Contestant bare(String form) {
        return transport(form, BARE, ClassPaths.LOAD, List.of()).withSettings("form=" + form);
    }

    private static Contestant shop(String name, String main, String classPath, List<String> jvmArguments) {
        return new Contestant(name, main, classPath, jvmArguments, List.of(), List.of("orders", "stock"));
    }

    private static Contestant growing(String name, String main, String classPath) {
        return new Contestant(name, main, classPath, List.of(), List.of(), List.of("d0"));
    }

    /** The same under another name. */
    Contestant named(String other) {
        return new Contestant(other, mainClass, classPath, jvmArguments, settings, databases);
    }

    /** The same with these settings instead of its own. */
    Contestant withSettings(String... others) {
        return new Contestant(name, mainClass, classPath, jvmArguments, List.of(others), databases);
    }

    /** The same with its databases in its own memory, even where there is a server for them. */
    Contestant inMemory() {
        return new Contestant(name, mainClass, classPath, jvmArguments, settings, List.of());
    }

    /** The same with these arguments of the JVM instead of its own. */
    Contestant withJvmArguments(String... others) {
        return new Contestant(name, mainClass, classPath, List.of(others), settings, databases);
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
