package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ibatis.migration.Change;
import org.junit.jupiter.api.Test;

class ScriptsTest {
  private static final Path SOURCES = Path.of("src/main/resources/migrations");

  @Test
  void theIndexNamesEveryMigrationInOrder() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> scripts =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".sql"))
              .sorted()
              .toList();
      assertThat(new Scripts(Scripts.FOLDER).getMigrations())
          .extracting(Change::getFilename)
          .isEqualTo(scripts);
    }
  }

  @Test
  void everyMigrationSaysHowItIsTakenBack() throws IOException {
    for (Change change : new Scripts(Scripts.FOLDER).getMigrations()) {
      assertThat(SOURCES.resolve(change.getFilename())).content().contains("-- //@UNDO");
    }
  }
}
