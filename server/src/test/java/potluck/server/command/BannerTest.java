package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a start prints can be opened as it stands. */
class BannerTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,127.0.0.1",
    "127.0.0.1,127.0.0.1",
    "::,[::1]",
    "::1,[::1]",
    "fd00::7,[fd00::7]",
    "potluck.example.org,potluck.example.org"
  })
  void everyHostGivesAUrl(String listening, String host) {
    assertThat(Banner.host(listening)).isEqualTo(host);
    assertThat(URI.create("http://" + Banner.host(listening) + ":8008/setup").getPort())
        .isEqualTo(8008);
  }
}
