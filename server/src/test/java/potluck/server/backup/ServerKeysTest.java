package potluck.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.gateway.account.Secret;
import potluck.server.settings.SecretFiles;

/** A restore keeps a copy of each key that it replaces. */
class ServerKeysTest {
  @TempDir private Path home;

  @Test
  void restoreKeepsReplacedKeys() throws IOException {
    SecretFiles secrets = new SecretFiles(home);
    Secret own = secrets.fernet().getFirst();
    String first = SecretFiles.newKey();
    String second = SecretFiles.newKey();
    String third = SecretFiles.newKey();
    for (String restored : List.of(first, second, third)) {
      ServerKeys.restore(home, Map.of(SecretFiles.FERNET, restored));
    }
    assertThat(secrets.fernet()).containsExactly(new Secret(third));
    try (Stream<Path> files = Files.list(home.resolve("secrets"))) {
      List<String> kept =
          files
              .filter(file -> file.getFileName().toString().startsWith("fernet.before-restore"))
              .map(ServerKeysTest::read)
              .toList();
      assertThat(kept).containsExactlyInAnyOrder(own.reveal(), first, second);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
