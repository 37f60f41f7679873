package dev.lockstep.testing.tc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the class path file that the build of {@code seata-testing/servers} wrote for a TC version. */
final class TcClassPath {

    /** System property: the folder with the files {@code tc-<version>.classpath}. */
    static final String FOLDER_PROPERTY = "lockstep.servers";

    private TcClassPath() {}

    /** The class path as the JVM takes it. */
    static String of(TcVersion version, Path folder) {
        Path file = folder.resolve("tc-" + version.number() + ".classpath");
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException("TC " + version.number() + " cannot be started: its class path file "
                    + file.toAbsolutePath() + " is missing. Make it with `./mvnw process-resources -f"
                    + " seata-testing/servers/pom.xml` (with -Dleg=tc-matrix for every version but 1.8.0 and 1.4.2).");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The class path of TC " + version.number() + " cannot be read.", unreadable);
        }
    }

    static Path folderFromSystemProperty() {
        String folder = System.getProperty(FOLDER_PROPERTY);
        if (folder == null || folder.isBlank()) {
            throw new IllegalStateException("The system property " + FOLDER_PROPERTY
                    + " is not set: it names the folder with the class path files of the TC versions. The Maven build sets"
                    + " it; elsewhere run with -D" + FOLDER_PROPERTY + "=<repository>/target/servers.");
        }
        return Path.of(folder);
    }
}
