package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Our jars for those who use modules: a name that stays, whatever the file is called, and no package in two of them. */
class ModuleNamesIT {

    @Test
    void each_jar_has_a_module_name_of_its_own() {
        assertThat(modules())
                .hasSize(jars().length)
                .extracting(module -> module.descriptor().name())
                .contains(
                        "dev.lockstep.port",
                        "dev.lockstep.rpc",
                        "dev.lockstep.tm",
                        "dev.lockstep.rm",
                        "dev.lockstep.spring",
                        "dev.lockstep.annotations")
                .doesNotContain("dev.lockstep.unpublished");
    }

    @Test
    void no_two_jars_share_a_package() {
        assertThat(modules().stream().flatMap(module -> module.descriptor().packages().stream()))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    private static Set<ModuleReference> modules() {
        return ModuleFinder.of(jars()).findAll();
    }

    private static Path[] jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.getFileName().toString().matches("lockstep-.*\\.jar"))
                .toArray(Path[]::new);
    }
}
