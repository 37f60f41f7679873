package dev.lockstep.testing.tc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How each server version is started: the table of facts behind {@link TcServer}. The versions are those of which {@code
 * io.seata:seata-server} is published; all run on Java 17 and later.
 */
enum TcVersion {
    V1_4_2("1.4.2", "io.seata.server.Server", false),
    V1_5_0("1.5.0", TcVersion.BOOT_MAIN, true),
    V1_6_1("1.6.1", TcVersion.BOOT_MAIN, true),
    V1_7_1("1.7.1", TcVersion.BOOT_MAIN, true),
    V1_8_0("1.8.0", TcVersion.BOOT_MAIN, true),
    V2_0_0("2.0.0", TcVersion.BOOT_MAIN, true);

    private static final String BOOT_MAIN = "io.seata.server.ServerApplication";

    private final String number;
    private final String mainClass;
    private final boolean bootApplication;

    TcVersion(String number, String mainClass, boolean bootApplication) {
        this.number = number;
        this.mainClass = mainClass;
        this.bootApplication = bootApplication;
    }

    static TcVersion of(String number) {
        return Arrays.stream(values())
                .filter(version -> version.number.equals(number))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No TC version \"" + number + "\"; known are "
                        + Arrays.stream(values()).map(known -> known.number).collect(Collectors.joining(", ")) + "."));
    }

    String number() {
        return number;
    }

    String mainClass() {
        return mainClass;
    }

    /** Arguments that make it listen on this port, with file store. */
    List<String> arguments(int servicePort) {
        String port = Integer.toString(servicePort);
        // 1.4.2 has its configuration inside the jar; the others are told the store by application.yml.
        return bootApplication ? List.of("-p", port) : List.of("-p", port, "-m", "file");
    }

    /**
     * 1.4.2 and 1.5.0 reach into java.lang, which Java 17 forbids unless told; the later ones do not mind.
     *
     * <p>1.4.2 logs one in 100 of its exceptions, by lot, with a stack trace, and fails at that: {@code StackTraceLogger} puts
     * the exception into an array of strings. A rollback that could not be delivered is then forgotten instead of tried
     * again, so the lot must never fall.
     */
    List<String> jvmArguments() {
        List<String> arguments = new ArrayList<>(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        if (this == V1_4_2) {
            arguments.add("-Dlog.exceptionRate=" + Integer.MAX_VALUE);
        }
        return List.copyOf(arguments);
    }

    /** Whether it is a Spring Boot application: it then reads {@code application.yml} and opens a console port. */
    boolean isBootApplication() {
        return bootApplication;
    }
}
