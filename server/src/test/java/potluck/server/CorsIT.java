package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pages of other origins read answers only where the operator named them. */
class CorsIT {
  @Test
  void aNamedOriginIsLetInWithCredentialsAndNoOtherIs() {
    TestHouse own = TestHouse.own(Map.of("CORS_ORIGINS", "https://app.example.org"));
    try {
      TestHouse.Said asked = ask(own, "OPTIONS", "https://app.example.org");
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-origin")).contains("https://app.example.org");
      assertThat(asked.header("access-control-allow-credentials")).contains("true");
      assertThat(asked.header("access-control-allow-methods").orElseThrow()).contains("PATCH");
      TestHouse.Said read = ask(own, "GET", "https://app.example.org");
      assertThat(read.header("access-control-allow-origin")).contains("https://app.example.org");
      assertThat(read.header("vary")).contains("Origin");
      for (String other :
          new String[] {"https://evil.example.org", "https://app.example.org.evil", "null"}) {
        assertThat(ask(own, "GET", other).header("access-control-allow-origin")).isEmpty();
        assertThat(ask(own, "OPTIONS", other).status()).isEqualTo(405);
      }
    } finally {
      own.close();
    }
  }

  @Test
  void withoutASettingNobodyIs() {
    TestHouse.Said said = ask(TestHouse.shared(), "GET", "https://app.example.org");
    assertThat(said.header("access-control-allow-origin")).isEmpty();
  }

  private static TestHouse.Said ask(TestHouse house, String method, String origin) {
    return house.send(
        HttpRequest.newBuilder(URI.create(house.url() + "/api/health"))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }
}
