package dev.consigne;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.groups.MultiOnItem;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.Random;

/** The directions of docs/architecture.md, kept by the build. */
@AnalyzeClasses(packages = "dev.consigne", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.consigne.";

    @ArchTest
    static final ArchRule the_domain_knows_no_driver_and_no_http = classes()
            .that()
            .resideInAPackage(ROOT + "file..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "file..",
                    ROOT + "memory..",
                    ROOT + "error..",
                    "java..",
                    "io.smallrye.mutiny..",
                    "io.smallrye.config..",
                    "jakarta.enterprise..",
                    "jakarta.inject..",
                    "org.jspecify..",
                    "org.jboss.logging..")
            .because("files outlive the technology they are kept and served with");

    @ArchTest
    static final ArchRule features_know_only_what_they_build_on = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "file..", ROOT + "bulk..", ROOT + "memory..", ROOT + "error..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "job..", ROOT + "startup..", ROOT + "http..", ROOT + "admin..")
            .because("dependencies point inwards");

    @ArchTest
    static final ArchRule adapters_do_not_know_each_other = slices().matching(ROOT + "(*)..")
            .that(DescribedPredicate.describe(
                    "are adapters",
                    slice -> slice.stream()
                            .map(JavaClass::getPackageName)
                            .anyMatch(name -> name.matches(
                                    "dev\\.consigne\\.(http|admin|postgres|mongo|embedded|telemetry)(\\..*)?"))))
            .should()
            .notDependOnEachOther()
            .because("each can be replaced alone");

    @ArchTest
    static final ArchRule nobody_knows_the_adapters = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + "file..",
                    ROOT + "bulk..",
                    ROOT + "memory..",
                    ROOT + "error..",
                    ROOT + "job..",
                    ROOT + "startup..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "http..",
                    ROOT + "admin..",
                    ROOT + "postgres..",
                    ROOT + "mongo..",
                    ROOT + "embedded..",
                    ROOT + "telemetry..")
            .because("ports are implemented, not called by name");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_edges_subscribe_or_await = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "http..", ROOT + "admin..", ROOT + "job..", ROOT + "startup..")
            .and()
            .haveNameNotMatching(".*\\.file\\.(Chunker|ChunkReader|EndOnDemand|Watched)(\\$.*)?")
            .should()
            .callMethodWhere(named("subscribe or await", Uni.class, "subscribe", "await"))
            .orShould()
            .callMethodWhere(named("subscribe", Multi.class, "subscribe"))
            .because("below the edge a chain is handed on; the operators in file subscribe because they are operators");

    @ArchTest
    static final ArchRule a_merge_says_its_concurrency = noClasses()
            .should()
            .callMethodWhere(named(
                    "merge without a number",
                    MultiOnItem.class,
                    "transformToUniAndMerge",
                    "transformToMultiAndMerge",
                    "transformToIterable"))
            .orShould()
            .callMethodWhere(DescribedPredicate.describe(
                    "bare merge()",
                    access -> access.getTarget().getName().equals("merge")
                            && access.getTarget().getOwner().getPackageName().startsWith("io.smallrye.mutiny")
                            && access.getTarget().getParameterTypes().isEmpty()))
            .because("the bare form means 256 at once");

    @ArchTest
    static final ArchRule nothing_of_the_build_is_kept_in_the_executable = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage(ROOT + "embedded..") // which is in no artefact
            .should()
            .haveRawType(JavaClass.Predicates.assignableTo(Random.class)
                    .or(JavaClass.Predicates.assignableTo(Thread.class))
                    .or(JavaClass.Predicates.assignableTo(Clock.class))
                    .or(JavaClass.Predicates.assignableTo(Temporal.class))
                    .or(JavaClass.Predicates.assignableTo(InetAddress.class))
                    .or(JavaClass.Predicates.assignableTo(Path.class)))
            .because(
                    "a native executable has the static fields that its build had: its random numbers, time and place");

    @ArchTest
    static final ArchRule names_say_what_a_class_is = noClasses()
            .should()
            .haveNameMatching(".*(Helper|Utils?|Manager|Impl|Base|Common|Data|Info)")
            .because("such names hold anything");

    @ArchTest
    static final ArchRule resources_do_not_block = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(ROOT + "http..")
            .and()
            .areDeclaredInClassesThat()
            .haveSimpleNameEndingWith("Resource")
            .and()
            .arePublic()
            .should()
            .haveRawReturnType(Uni.class)
            .because("endpoints are non-blocking from end to end");

    private static DescribedPredicate<JavaAccess<?>> named(String description, Class<?> owner, String... names) {
        return DescribedPredicate.describe(
                description,
                access -> access.getTarget().getOwner().isAssignableTo(owner)
                        && List.of(names).contains(access.getTarget().getName()));
    }
}
