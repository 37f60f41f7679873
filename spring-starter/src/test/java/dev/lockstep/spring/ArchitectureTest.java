package dev.lockstep.spring;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.lockstep.tm.ScopeContextCore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that hold the house up, checked against every production class of every module. */
@AnalyzeClasses(packages = "dev.lockstep", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final Set<String> ROOMS = Set.of(
            "dev.lockstep.port", "dev.lockstep.rpc", "dev.lockstep.tm", "dev.lockstep.rm", "dev.lockstep.spring");

    /** All other packages are public for technical reasons, as they say themselves, and may change at any time. */
    private static final Set<String> FOR_USERS = Set.of(
            "dev.lockstep.port",
            "dev.lockstep.rpc",
            "dev.lockstep.rpc.discovery",
            "dev.lockstep.rpc.policy",
            "dev.lockstep.tm",
            "dev.lockstep.rm",
            "dev.lockstep.rm.event",
            "dev.lockstep.rm.failure",
            "dev.lockstep.rm.inspect",
            "dev.lockstep.rm.policy",
            "dev.lockstep.spring",
            "dev.lockstep.spring.web");

    /** The one thing that users see and are not to use: the RM has no other way from the thread to its half of a scope. */
    private static final String THE_DOOR_FOR_BRANCHES =
            "dev.lockstep.tm.GlobalScope shows dev.lockstep.tm.branch.ScopeForBranches";

    /** Or every rule below would hold because nothing was looked at. */
    @ArchTest
    static void every_module_is_looked_at(JavaClasses classes) {
        Set<String> packages =
                packagesOf(classes).stream().map(JavaPackage::getName).collect(Collectors.toCollection(TreeSet::new));

        assertThat(packages).containsAll(ROOMS);
    }

    @ArchTest
    static final ArchRule THE_TM_KNOWS_THE_TC_ONLY_AS_PORTS = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.tm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.lockstep.rpc..", "dev.lockstep.rm..", "dev.lockstep.spring..", "io.netty..");

    @ArchTest
    static final ArchRule THE_RM_KNOWS_THE_TC_ONLY_AS_PORTS = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.rm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.lockstep.rpc..", "dev.lockstep.spring..", "io.netty..");

    @ArchTest
    static final ArchRule THE_RM_KNOWS_OF_THE_TM_ONLY_THE_SCOPE = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.rm..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.lockstep.tm")
                    .and(not(describe(
                            "the scope and its values",
                            type -> Set.of("GlobalScope", "GlobalLockScope", "LockRetryLimits")
                                    .contains(type.getSimpleName())))));

    @ArchTest
    static final ArchRule WHAT_THE_TM_KEEPS_FOR_BRANCHES_IS_FOR_THE_RM = noClasses()
            .that()
            .resideOutsideOfPackages("dev.lockstep.tm..", "dev.lockstep.rm..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.lockstep.tm.branch");

    @ArchTest
    static final ArchRule THE_TRANSPORT_KNOWS_NEITHER_TM_NOR_RM = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.rpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.lockstep.tm..", "dev.lockstep.rm..", "dev.lockstep.spring..");

    @ArchTest
    static final ArchRule THE_PORTS_KNOW_NOBODY = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.port..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.lockstep..").and(not(resideInAPackage("dev.lockstep.port.."))));

    @ArchTest
    static final ArchRule SPRING_STAYS_IN_THE_STARTER = noClasses()
            .that(not(resideInAPackage("dev.lockstep.spring..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static void what_users_see_is_made_of_what_is_for_users(JavaClasses classes) {
        List<String> strangers = classes.stream()
                .filter(ArchitectureTest::isForUsers)
                .flatMap(type -> seenIn(type)
                        .map(JavaClass::getBaseComponentType)
                        .filter(seen -> seen.getPackageName().startsWith("dev.lockstep") && !isForUsers(seen))
                        .map(seen -> type.getName() + " shows " + seen.getName()))
                .distinct()
                .toList();

        assertThat(classes.stream().filter(ArchitectureTest::isForUsers)).hasSizeGreaterThan(50);
        assertThat(strangers).containsExactly(THE_DOOR_FOR_BRANCHES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seata-port", "seata-rpc", "seata-tm", "seata-rm", "spring-starter"})
    void packages_that_are_not_for_users_say_so(String module) throws IOException {
        Path sources = Path.of("..", module, "src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            List<Path> infos =
                    files.filter(file -> file.endsWith("package-info.java")).toList();

            assertThat(infos).isNotEmpty().allSatisfy(info -> {
                String name = sources.relativize(info.getParent()).toString().replace(File.separatorChar, '.');
                assertThat(Files.readString(info).contains("Not for users"))
                        .as("%s says that it is not for users", name)
                        .isEqualTo(!FOR_USERS.contains(name));
            });
        }
    }

    private static boolean isForUsers(JavaClass type) {
        return FOR_USERS.contains(type.getPackageName()) && isPublic(type);
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    /** What its signatures name, as far as users can call, read or extend them. */
    private static Stream<JavaClass> seenIn(JavaClass type) {
        Stream<JavaClass> supertypes =
                Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
        Stream<JavaClass> methods = type.getCodeUnits().stream()
                .filter(ArchitectureTest::isSeen)
                .flatMap(method ->
                        Stream.concat(method.getAllInvolvedRawTypes().stream(), method.getExceptionTypes().stream()));
        Stream<JavaClass> fields = type.getFields().stream()
                .filter(ArchitectureTest::isSeen)
                .flatMap(field -> field.getAllInvolvedRawTypes().stream());
        return Stream.of(supertypes, methods, fields).flatMap(seen -> seen);
    }

    private static boolean isSeen(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.lockstep.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule DATABASES_DO_NOT_KNOW_EACH_OTHER = slices().matching("dev.lockstep.rm.at.dialect.(*)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule FORWARDING_HOLDS_NO_LOGIC_OF_OURS = noClasses()
            .that()
            .resideInAPackage("dev.lockstep.rm.jdbc..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.lockstep..").and(not(resideInAPackage("dev.lockstep.rm.jdbc.."))));

    @ArchTest
    static final ArchRule ONLY_THE_UNDO_LOG_S_OWN_FORM_KNOWS_JSON = noClasses()
            .that(not(nameOfOutermostClass("UndoLogJson")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..");

    @ArchTest
    static final ArchRule ONLY_THE_TRANSPORT_KNOWS_NETTY_AND_MESSAGES = noClasses()
            .that(not(resideInAnyPackage("dev.lockstep.rpc..", "dev.lockstep.testing..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.seata.core.protocol..");

    @ArchTest
    static final ArchRule NO_STATE_IS_STATIC = fields().that()
            .areStatic()
            .and(not(modifier(JavaModifier.SYNTHETIC)))
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule ONE_CLASS_HOLDS_SOMETHING_PER_THREAD = fields().that()
            .haveRawType(describe("a thread local", type -> type.isAssignableTo(ThreadLocal.class)))
            .should()
            .beDeclaredIn(ScopeContextCore.class);

    @ArchTest
    static final ArchRule NOBODY_REACHES_FOR_AN_INSTANCE =
            noMethods().should().haveName("getInstance").allowEmptyShould(true);

    @ArchTest
    static final ArchRule NAMES_SAY_THE_JOB = classes()
            .should()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl")
            .andShould()
            .haveSimpleNameNotEndingWith("Processor")
            .orShould()
            .implement(resideInAPackage("org.springframework.."));

    @ArchTest
    static final ArchRule NAMES_SAY_NOT_HOW_MANY_CLASSES_THERE_ARE = noClasses()
            .should()
            .haveSimpleNameStartingWith("Abstract")
            .orShould()
            .haveSimpleNameStartingWith("Base")
            .orShould()
            .haveSimpleNameStartingWith("Default");

    @ArchTest
    static final ArchRule MANAGER_IS_A_WORD_FOR_RM_ALONE = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("ResourceManager")
            .should()
            .haveSimpleNameEndingWith("Manager");

    @ArchTest
    static void packages_are_named_after_the_work(JavaClasses classes) {
        var pattern = Pattern.compile(".*\\.(util|utils|common|commons|impl|manager|helper|misc)(\\..*)?");

        assertThat(packagesOf(classes))
                .noneMatch(found -> pattern.matcher(found.getName()).matches());
    }

    @ArchTest
    static void every_package_says_what_it_is_and_is_null_marked(JavaClasses classes) {
        Set<String> unmarked = packagesOf(classes).stream()
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unmarked).isEmpty();
    }

    private static Set<JavaPackage> packagesOf(JavaClasses classes) {
        return classes.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
    }

    private static DescribedPredicate<JavaClass> nameOfOutermostClass(String name) {
        return describe("belongs to " + name, type -> {
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().orElseThrow();
            }
            return outermost.getSimpleName().equals(name);
        });
    }
}
