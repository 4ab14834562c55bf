package potluck.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.gateway.account.Secret;

/** Secret files keep keys of any characters unchanged. */
class SecretFilesTest {
  @TempDir private Path home;

  @Test
  void keyOfAnyCharactersIsReadBack() {
    List<Secret> keys =
        List.of(
            new Secret("ein-schlüssel-mit-umlauten-und-länge-genug"),
            new Secret("一个足够长的密钥一个足够长的密钥一个足够长的密钥"));
    new SecretFiles(home).replace(SecretFiles.JWT, keys);
    assertThat(new SecretFiles(home).jwt()).isEqualTo(keys);
  }
}
