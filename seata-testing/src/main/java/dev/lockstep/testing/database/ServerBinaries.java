package dev.lockstep.testing.database;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of one database server, which lie in a jar on the class path and are unpacked once per machine. Several
 * builds may unpack at the same time: each does so into a folder of its own, and the first to rename it wins.
 */
final class ServerBinaries {

    /** System property: where unpacked servers are kept. */
    static final String CACHE_PROPERTY = "lockstep.databases.cache";

    private final String name;
    private final String resource;
    private final boolean tree;

    private ServerBinaries(String name, String resource, boolean tree) {
        this.name = name;
        this.resource = resource;
        this.tree = tree;
    }

    /** Binaries in a tar archive, packed with xz or gzip. */
    static ServerBinaries archive(String name, String resource) {
        return new ServerBinaries(name, resource, false);
    }

    /** Binaries that lie in the jar as files under a folder, whose name ends with a slash. */
    static ServerBinaries tree(String name, String folder) {
        return new ServerBinaries(name, folder, true);
    }

    /** The folder with the unpacked server. */
    Path home() {
        URL url = ServerBinaries.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new DatabaseUnavailableException("its binaries are not on the class path (resource " + resource
                    + "). Add the artifact that DatabaseKind names in test scope.");
        }
        try {
            JarURLConnection jar = (JarURLConnection) url.openConnection();
            jar.setUseCaches(false);
            // The name of the jar holds the version.
            String version = Path.of(jar.getJarFileURL().getPath())
                    .getFileName()
                    .toString()
                    .replace(".jar", "");
            Path home = cache().resolve(name + "-" + version);
            if (!Files.isDirectory(home)) {
                unpack(jar, home);
            }
            return home;
        } catch (IOException failed) {
            throw new DatabaseUnavailableException("its binaries could not be unpacked: " + failed, failed);
        }
    }

    private static Path cache() {
        String folder = System.getProperty(CACHE_PROPERTY);
        return folder != null
                ? Path.of(folder)
                : Path.of(System.getProperty("user.home"), ".cache", "lockstep-databases");
    }

    private void unpack(JarURLConnection jar, Path home) throws IOException {
        Files.createDirectories(home.getParent());
        Path unfinished = Files.createTempDirectory(home.getParent(), "unpacking-");
        try {
            if (tree) {
                copyTree(jar, unfinished);
            } else {
                unpackArchive(jar, unfinished);
            }
            // PostgreSQL sees the folder from a user namespace where it belongs to nobody.
            unfinished.toFile().setReadable(true, false);
            unfinished.toFile().setExecutable(true, false);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException notRenamed) {
            if (!Files.isDirectory(home)) {
                throw notRenamed;
            }
            // Another build was faster; its folder holds the same.
        } finally {
            delete(unfinished);
        }
    }

    private void copyTree(JarURLConnection connection, Path target) throws IOException {
        try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().toList()) {
                if (entry.isDirectory() || !entry.getName().startsWith(resource)) {
                    continue;
                }
                String relative = entry.getName().substring(resource.length());
                Path file = target.resolve(relative).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("The jar holds a path that leads out of it: " + entry.getName());
                }
                Files.createDirectories(file.getParent());
                try (InputStream content = jar.getInputStream(entry)) {
                    Files.copy(content, file);
                }
                if (relative.startsWith("bin/") || relative.startsWith("scripts/")) {
                    file.toFile().setExecutable(true);
                }
            }
        }
    }

    /** By the system's tar, since the archives hold symbolic links and modes. */
    private void unpackArchive(JarURLConnection connection, Path target) throws IOException {
        Process tar = new ProcessBuilder("tar", "-xf", "-", "-C", target.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream packed = connection.getInputStream();
                InputStream content =
                        resource.endsWith("xz") ? new XZInputStream(packed) : new GZIPInputStream(packed);
                var input = tar.getOutputStream()) {
            content.transferTo(input);
        }
        try {
            if (tar.waitFor() != 0) {
                throw new IOException("tar ended with " + tar.exitValue() + " for " + resource);
            }
        } catch (InterruptedException stop) {
            tar.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while unpacking " + resource, stop);
        }
    }

    /** Deletes a folder with all it holds, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
