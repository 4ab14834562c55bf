package potluck.dialect;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DialectArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("potluck.dialect");

  @Test
  void dialectsDoNotDependOnEachOther() {
    for (String name : new String[] {"openai", "responses", "anthropic", "gemini"}) {
      String[] others =
          Stream.of("openai", "responses", "anthropic", "gemini")
              .filter(other -> !other.equals(name))
              .map(other -> "potluck.dialect." + other)
              .toArray(String[]::new);
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("potluck.dialect." + name)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .because("a new dialect is one package, and nothing else changes")
          .check(classes);
    }
  }

  @Test
  void wireDependsOnNoDialect() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("potluck.dialect.wire")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("potluck.dialect", "potluck.dialect.model", "potluck.dialect.openai")
        .because("bytes and JSON are the lowest layer")
        .check(classes);
  }
}
