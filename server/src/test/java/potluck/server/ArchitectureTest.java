package potluck.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages and that class names are unique. */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("potluck");
  private static final JavaClasses SERVER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("potluck.server");

  /** Packages of dialects: each has the same kinds of classes, so they may share class names. */
  private static final Set<String> DIALECTS =
      Set.of(
          "potluck.dialect.anthropic",
          "potluck.dialect.gemini",
          "potluck.dialect.openai",
          "potluck.dialect.responses");

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("potluck.(**)")
        .should()
        .beFreeOfCycles()
        .because("packages in layers can be understood from the bottom up, a cycle cannot")
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
        .because("the transport does not depend on what is served")
        .check(SERVER);
  }

  @Test
  void onlyMainAndCommandUseBootstrap() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "potluck.server", "potluck.server.bootstrap..", "potluck.server.command..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("potluck.server.bootstrap..")
        .because("the wiring knows all packages, so no package may know the wiring")
        .check(SERVER);
  }

  @Test
  void rootPackageHoldsOnlyMain() {
    classes()
        .that()
        .resideInAPackage("potluck.server")
        .should()
        .haveSimpleName("Main")
        .orShould()
        .haveSimpleName("package-info")
        .because("a class belongs to a package with a subject")
        .check(SERVER);
  }

  @Test
  void simpleClassNamesAreUnique() {
    Map<String, Set<String>> packages = new TreeMap<>();
    for (JavaClass each : ALL) {
      boolean topLevel = each.getEnclosingClass().isEmpty() && !each.getName().contains("$");
      if (topLevel && !each.getSimpleName().equals("package-info")) {
        packages
            .computeIfAbsent(each.getSimpleName(), _ -> new TreeSet<>())
            .add(each.getPackageName());
      }
    }
    packages.values().removeIf(places -> places.size() == 1 || DIALECTS.containsAll(places));
    assertThat(packages).as("class names that occur in several packages").isEmpty();
  }
}
