package org.pcapnetmap.compat.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.junit.jupiter.api.Test;

/** Arrows point down only: cli, then pcap, then netmap. */
class JavaArrowsTest {
  private static final String NETMAP = "org.pcapnetmap.netmap..";
  private static final String PCAP = "org.pcapnetmap.pcap..";
  private static final String CLI = "org.pcapnetmap.cli..";
  private static final String PCAP4J = "org.pcapnetmap.pcap4j..";
  private static final String JNA = "com.sun.jna..";

  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.pcapnetmap");

  private static final DescribedPredicate<JavaClass> NATIVE_CALLER =
      describe(
          "call native code",
          type ->
              type.getDirectDependenciesFromSelf().stream()
                  .anyMatch(dependency -> resideInAPackage(JNA).test(dependency.getTargetClass())));

  @Test
  void portsAndRingsKnowNothingAboveThem() {
    noClasses()
        .that()
        .resideInAPackage(NETMAP)
        .should()
        .dependOnClassesThat(resideInAPackage(PCAP).or(resideInAPackage(CLI)))
        .check(PROJECT);
  }

  @Test
  void nothingOfPcapNetmapKnowsThePcap4jAdapter() {
    noClasses()
        .that()
        .resideInAnyPackage(NETMAP, PCAP, CLI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PCAP4J, "org.pcap4j..")
        .check(PROJECT);
  }

  @Test
  void pcapEngineDoesNotKnowTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(PCAP)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(PROJECT);
  }

  @Test
  void commandLineUsesPortsThroughThePcapEngineOnly() {
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.pcapnetmap\\.netmap\\.(NetmapPort|.*Ring)")
        .check(PROJECT);
  }

  /**
   * The command line asks libc what a terminal is, and its demo needs a packet socket; pcap4j is
   * made of JNA's types.
   */
  @Test
  void nativeCodeIsCalledFromTheLowerTwoLayersAndThreePlacesAbove() {
    classes()
        .that(NATIVE_CALLER)
        .should()
        .resideInAnyPackage(NETMAP, PCAP, "org.pcapnetmap.pcap4j.engine..")
        .orShould()
        .haveFullyQualifiedName("org.pcapnetmap.cli.LibC")
        .orShould()
        .haveNameMatching("org\\.pcapnetmap\\.cli\\.demo\\.PacketSocket(\\$.*)?")
        .check(PROJECT);
  }

  @Test
  void librariesPrintNothing() {
    noClasses()
        .that()
        .resideInAnyPackage(NETMAP, PCAP)
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(PROJECT);
  }
}
