package potluck.server.keeping;

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
import potluck.server.settings.HouseSecrets;

/** No key of a house is lost by bringing others. */
class KeysTest {
  @TempDir private Path home;

  @Test
  void everyListOfKeysThatARestoreReplacesIsKept() throws IOException {
    HouseSecrets secrets = new HouseSecrets(home);
    Secret own = secrets.fernet().getFirst();
    String first = HouseSecrets.random();
    String second = HouseSecrets.random();
    String third = HouseSecrets.random();
    for (String brought : List.of(first, second, third)) {
      Keys.bring(home, Map.of(HouseSecrets.FERNET, brought));
    }
    assertThat(secrets.fernet()).containsExactly(new Secret(third));
    try (Stream<Path> files = Files.list(home.resolve("secrets"))) {
      List<String> kept =
          files
              .filter(file -> file.getFileName().toString().startsWith("fernet.before-restore"))
              .map(KeysTest::read)
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
