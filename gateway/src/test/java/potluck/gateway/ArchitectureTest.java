package potluck.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Rules about the dependencies between the packages of dialect and gateway. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("potluck.gateway", "potluck.dialect");

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("potluck.(**)")
        .should()
        .beFreeOfCycles()
        .because("packages without cycles can be understood one after another, from the bottom up")
        .check(CLASSES);
  }

  @Test
  void dialectsUseNoHttpNoSqlAndNoLogging() {
    noClasses()
        .that()
        .resideInAPackage("potluck.dialect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "potluck.gateway..",
            "potluck.server..",
            "org.slf4j..",
            "java.net.http..",
            "java.nio.channels..",
            "java.sql..")
        .because(
            "a dialect only converts bytes, so it can be tested without the rest of the program")
        .check(CLASSES);
  }

  @Test
  void dialectsDoNotUseEachOther() {
    for (String one : new String[] {"openai", "responses", "anthropic", "gemini"}) {
      for (String other : new String[] {"openai", "responses", "anthropic", "gemini"}) {
        if (!one.equals(other)) {
          noClasses()
              .that()
              .resideInAPackage("potluck.dialect." + one + "..")
              .should()
              .dependOnClassesThat()
              .resideInAPackage("potluck.dialect." + other + "..")
              .because("N dialects cost N readers and N writers, not N times N translators")
              .check(CLASSES);
        }
      }
    }
  }

  @Test
  void relayIsUsedByNoOtherGatewayPackage() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "potluck.gateway.account..",
            "potluck.gateway.provider..",
            "potluck.gateway.pool..",
            "potluck.gateway.meter..",
            "potluck.gateway.identity..",
            "potluck.gateway.key..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("potluck.gateway.relay..")
        .because(
            "dependencies run one way: the relay uses the other packages, and none of them uses it")
        .check(CLASSES);
  }

  @Test
  void helidonIsNotUsedHere() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .because("one package adapts the HTTP server, so that it can be replaced")
        .check(CLASSES);
  }

  @Test
  void staticFieldsAreFinal() {
    noFields()
        .that()
        .areStatic()
        .should()
        .notBeFinal()
        .because("static state cannot be created twice, so it cannot be tested")
        .check(CLASSES);
  }

  @Test
  void classNamesEndInNoFillerWord() {
    classes()
        .should()
        .haveSimpleNameNotEndingWith("Manager")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .andShould()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Impl")
        .andShould()
        .haveSimpleNameNotEndingWith("Processor")
        .because("a class with such a name usually belongs to another package or has several tasks")
        .check(CLASSES);
  }
}
