package potluck.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicUrlTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,127.0.0.1",
    "127.0.0.1,127.0.0.1",
    "::,[::1]",
    "::1,[::1]",
    "fd00::7,[fd00::7]",
    "potluck.example.org,potluck.example.org"
  })
  void publicUrlCanBeOpenedForEveryListeningHost(String listening, String host) {
    String url = PublicUrl.of(values(Map.of("HOST", listening)), 8008);
    assertThat(url).isEqualTo("http://" + host + ":8008");
    assertThat(URI.create(url + "/setup").getPort()).isEqualTo(8008);
  }

  @Test
  void publicUrlIsTheSettingWithoutASlashAtItsEnd() {
    assertThat(PublicUrl.of(values(Map.of("PUBLIC_URL", "https://p.example.org/ai/")), 8008))
        .isEqualTo("https://p.example.org/ai");
  }

  private static SettingValues values(Map<String, String> values) {
    return new SettingValues(values, Set.of(), Path.of(".env"), Path.of("."));
  }
}
