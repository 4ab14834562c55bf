package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Rate-limit headers of an upstream are translated to those of the client's dialect. */
class RateLimitHeadersIT {
  @ParameterizedTest
  @CsvSource({
    "openai,/v1/messages,anthropic-ratelimit-requests-remaining,59",
    "responses,/v1/messages,anthropic-ratelimit-tokens-limit,150000",
    "anthropic,/v1/messages,anthropic-ratelimit-requests-reset,2099-01-01T00:00:00Z",
    "anthropic,/v1/chat/completions,x-ratelimit-remaining-tokens,149984",
    "openai,/v1/chat/completions,x-ratelimit-reset-tokens,6m0s"
  })
  void limitsAreTranslated(String upstream, String path, String header, String value) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      for (boolean stream : new boolean[] {false, true}) {
        String body =
            "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(scene.model, stream);
        TestServer.Response said = scene.server.call("POST", path, scene.key, body);
        assertThat(said.status()).as(said.text()).isEqualTo(200);
        assertThat(said.header(header)).contains(value);
      }
    }
  }
}
