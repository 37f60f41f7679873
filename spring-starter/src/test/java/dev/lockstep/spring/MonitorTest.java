package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

/**
 * No method of ours enters a monitor, so that no virtual thread that waits in our code pins its carrier on JDK 21 to 23. Read
 * from the byte code of every production class, which the compiler cannot hide anything from.
 */
@AnalyzeClasses(packages = "dev.lockstep", importOptions = ImportOption.DoNotIncludeTests.class)
class MonitorTest {

    @ArchTest
    static void no_class_of_ours_enters_a_monitor(JavaClasses classes) throws IOException {
        List<String> found = new ArrayList<>();
        int read = 0;
        for (JavaClass type : classes) {
            if (!type.getPackageName().startsWith("dev.lockstep.testing")) {
                found.addAll(monitorsIn(type));
                read++;
            }
        }

        assertThat(read).isGreaterThan(200);
        assertThat(found).isEmpty();
    }

    /** Or the rule above would hold because the reader sees nothing. */
    @ArchTest
    static void the_reader_sees_monitors(JavaClasses classes) throws IOException {
        try (InputStream own = MonitorTest.class.getResourceAsStream("MonitorTest$Monitors.class")) {
            assertThat(monitorsIn(own, "Monitors")).containsExactlyInAnyOrder("Monitors.method", "Monitors.block");
        }
    }

    /** What must not be. */
    static final class Monitors {

        private int count;

        synchronized void method() {
            count++;
        }

        void block() {
            synchronized (this) {
                count++;
            }
        }

        int neither() {
            return count;
        }
    }

    private static List<String> monitorsIn(JavaClass type) throws IOException {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return monitorsIn(bytes, type.getName());
        }
    }

    private static List<String> monitorsIn(InputStream bytes, String name) throws IOException {
        List<String> found = new ArrayList<>();
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String method, String descriptor, String generic, String[] thrown) {
                                if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                                    found.add(name + "." + method);
                                }
                                return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {
                                    @Override
                                    public void visitInsn(int opcode) {
                                        if (opcode == Opcodes.MONITORENTER) {
                                            found.add(name + "." + method);
                                        }
                                    }
                                };
                            }
                        },
                        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return found;
    }
}
