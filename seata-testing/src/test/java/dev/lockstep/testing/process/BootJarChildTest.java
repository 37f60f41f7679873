package dev.lockstep.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.loader.launch.JarLauncher;

/** Services are packaged as Boot jars, whose launcher finds its own jar by the class path and makes a loader of its own. */
class BootJarChildTest {

    @TempDir
    private Path folder;

    @Test
    void packaged_boot_application_runs_as_a_child() throws Exception {
        try (ChildJvm child = ChildJvm.main(JarLauncher.class.getName())
                .classPath(bootJar().toString())
                .workingDirectory(folder)
                .arguments("from a Boot jar")
                .start(ReadyCheck.logContains("arguments"), ChildJvmTest.LIMIT)) {

            assertThat(Files.readString(child.log())).contains("arguments from a Boot jar");
            child.stop(ChildJvmTest.LIMIT);
            assertThat(Files.readString(child.log())).contains("went in order");
        }
    }

    /** The layout of a Boot jar: the launcher's classes at the top, the application's own below BOOT-INF. */
    private Path bootJar() throws IOException, URISyntaxException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, JarLauncher.class.getName());
        main.putValue("Start-Class", ProgramsForTests.Stays.class.getName());
        main.putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
        main.putValue("Spring-Boot-Lib", "BOOT-INF/lib/");

        Path jar = folder.resolve("application.jar");
        Path launcher = Path.of(JarLauncher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                JarFile launcherJar = new JarFile(launcher.toFile())) {
            for (JarEntry entry : launcherJar.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .toList()) {
                try (InputStream content = launcherJar.getInputStream(entry)) {
                    add(out, entry.getName(), content);
                }
            }
            // The launcher looks for this folder's own entry.
            out.putNextEntry(new JarEntry("BOOT-INF/classes/"));
            for (Class<?> own : new Class<?>[] {ProgramsForTests.class, ProgramsForTests.Stays.class}) {
                String name = own.getName().replace('.', '/') + ".class";
                try (InputStream content = own.getClassLoader().getResourceAsStream(name)) {
                    assertThat(content).as(name).isNotNull();
                    add(out, "BOOT-INF/classes/" + name, content);
                }
            }
        }
        return jar;
    }

    private static void add(JarOutputStream out, String name, InputStream content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        content.transferTo(out);
        out.closeEntry();
    }
}
