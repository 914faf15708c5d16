package io.nacre.engine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.nacre", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule stagesDoNotKnowEachOther =
      slices()
          .matching("io.nacre.engine.(intake|scan|clamd|watch|detection|quarantine|kernelcache)..")
          .should()
          .notDependOnEachOther()
          .because("wiring hands a stage what it needs of another");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.nacre.engine.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfTheWatchStageHaveNoCycles =
      slices().matching("io.nacre.engine.watch.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfTheWatchStageDoNotUseItsRoot =
      noClasses()
          .that()
          .resideInAPackage("io.nacre.engine.watch.*..")
          .should()
          .dependOnClassesThat(resideInAPackage("io.nacre.engine.watch"));

  @ArchTest
  static final ArchRule onlyTheRootAndTheCommandLineUseTheRoot =
      noClasses()
          .that()
          .resideInAPackage("io.nacre.engine.*..")
          .and()
          .resideOutsideOfPackage("io.nacre.engine.cli..")
          .should()
          .dependOnClassesThat(resideInAPackage("io.nacre.engine"))
          .because("the root wires the stages, and none of them wires itself");

  @ArchTest
  static final ArchRule noStageUsesTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.nacre.engine.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nacre.engine.cli..");

  @ArchTest
  static final ArchRule theVocabularyUsesNoStage =
      noClasses()
          .that(
              resideInAnyPackage(
                  "io.nacre.engine.verdict..",
                  "io.nacre.engine.policy..",
                  "io.nacre.engine.request..",
                  "io.nacre.engine.config..",
                  "io.nacre.engine.clamdconf.."))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.nacre.engine.intake..",
                  "io.nacre.engine.scan..",
                  "io.nacre.engine.clamd..",
                  "io.nacre.engine.watch..",
                  "io.nacre.engine.detection..",
                  "io.nacre.engine.quarantine..",
                  "io.nacre.engine.kernelcache..",
                  "io.nacre.engine.caching..",
                  "io.nacre.engine.ops..",
                  "io.nacre.engine.control..",
                  "org.apache.pekko.."));

  @ArchTest
  static final ArchRule onlyTheNativeBridgeUsesJna =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.nacre.linux..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule onlyTheNativeBridgeDeclaresNativeMethods =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("io.nacre.linux..")
          .should()
          .notHaveModifier(NATIVE);

  @ArchTest
  static final ArchRule nativeMethodsStayWithinTheirPackage =
      methods()
          .that()
          .haveModifier(NATIVE)
          .should()
          .notBePublic()
          .andShould()
          .beDeclaredInClassesThat()
          .haveSimpleNameEndingWith("Lib");

  @ArchTest
  static final ArchRule theNativeBridgeKnowsNothingOfTheEngine =
      classes()
          .that()
          .resideInAPackage("io.nacre.linux..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.nacre.linux..", "com.sun.jna..", "org.jspecify..", "java..");

  @ArchTest
  static final ArchRule nothingOfTheJdkIsUsedThatIsNotOpen =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..");
}
