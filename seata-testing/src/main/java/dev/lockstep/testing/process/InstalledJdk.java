package dev.lockstep.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a JDK of another version than the one that runs, for tests whose child processes need it. */
public final class InstalledJdk {

    private InstalledJdk() {}

    /**
     * The home of a JDK: named by the system property {@code jdk25.home} or the environment variable {@code JAVA25_HOME}
     * (likewise for other versions), else one that is installed beside the JDK that runs.
     *
     * @throws IllegalStateException if there is none; it says how to name one
     */
    public static Path home(int featureVersion) {
        String property = "jdk" + featureVersion + ".home";
        String variable = "JAVA" + featureVersion + "_HOME";
        return named(System.getProperty(property))
                .or(() -> named(System.getenv(variable)))
                .or(() -> beside(featureVersion))
                .orElseThrow(() -> new IllegalStateException("This test needs a JDK " + featureVersion
                        + ", and none is installed beside the running one. Name its folder by -D" + property
                        + "=... or by the environment variable " + variable + "."));
    }

    private static Optional<Path> named(String home) {
        return Optional.ofNullable(home).filter(name -> !name.isBlank()).map(Path::of);
    }

    private static Optional<Path> beside(int featureVersion) {
        Path folder = Path.of(System.getProperty("java.home")).getParent();
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.filter(home -> isOf(featureVersion, home)).sorted().findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("The JDKs in " + folder + " cannot be listed.", e);
        }
    }

    private static boolean isOf(int featureVersion, Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release)
                || !Files.isExecutable(home.resolve("bin").resolve("java"))) {
            return false;
        }
        try {
            return Files.readString(release)
                    .toLowerCase(Locale.ROOT)
                    .lines()
                    .anyMatch(line -> line.matches("java_version=\"" + featureVersion + "([.\"].*|\")"));
        } catch (IOException unreadable) {
            return false;
        }
    }
}
