package potluck.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rooms around the gateway: who may know whom. */
class ArchitectureTest {
  private static final JavaClasses SERVER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("potluck.server");

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("potluck.server.(**)")
        .should()
        .beFreeOfCycles()
        .because("a staircase is understood from the bottom up, a circle is not")
        .check(SERVER);
  }

  @Test
  void onlyHttpUsesHelidon() {
    noClasses()
        .that()
        .resideOutsideOfPackage("potluck.server.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .because("one package adapts the HTTP server, so that it can be replaced")
        .check(SERVER);
  }

  @Test
  void httpDoesNotUseApi() {
    noClasses()
        .that()
        .resideInAPackage("potluck.server.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("potluck.server.api..")
        .because("how a request comes in is one thing, what it asks for is another")
        .check(SERVER);
  }
}
