package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ibatis.migration.Change;
import org.junit.jupiter.api.Test;

class MigrationScriptsTest {
  private static final Path SOURCES = Path.of("src/main/resources/migrations");

  @Test
  void indexListsEveryMigrationInOrder() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> scripts =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".sql"))
              .sorted()
              .toList();
      assertThat(new MigrationScripts(MigrationScripts.FOLDER).getMigrations())
          .extracting(Change::getFilename)
          .isEqualTo(scripts);
    }
  }

  @Test
  void everyMigrationHasAnUndoPart() throws IOException {
    for (Change change : new MigrationScripts(MigrationScripts.FOLDER).getMigrations()) {
      assertThat(SOURCES.resolve(change.getFilename())).content().contains("-- //@UNDO");
    }
  }
}
