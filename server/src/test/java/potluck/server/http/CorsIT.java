package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** CORS: only pages of the origins in {@code CORS_ORIGINS} can read answers. */
class CorsIT {
  private static final String APP = "https://app.example.org";

  @Test
  void listedOriginIsAllowedWithCredentials() {
    TestServer own = TestServer.start(Map.of("CORS_ORIGINS", APP));
    try {
      TestServer.Response asked = ask(own, "OPTIONS", APP);
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-origin")).contains(APP);
      assertThat(asked.header("access-control-allow-credentials")).contains("true");
      assertThat(asked.header("access-control-allow-methods").orElseThrow()).contains("PATCH");
      TestServer.Response read = ask(own, "GET", APP);
      assertThat(read.header("access-control-allow-origin")).contains(APP);
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
  void preflightNeedsNoCredentialAndErrorsAreReadable() {
    TestServer own = TestServer.start(Map.of("CORS_ORIGINS", APP + ", http://localhost:3000"));
    try {
      TestServer.Response asked =
          own.send(
              preflight(own, "/v1/chat/completions", APP)
                  .header("Access-Control-Request-Headers", "authorization,x-stainless-os")
                  .build());
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-headers"))
          .contains("authorization,x-stainless-os");
      assertThat(asked.header("access-control-allow-origin")).contains(APP);
      TestServer.Response odd =
          own.send(
              preflight(own, "/v1/models", APP)
                  .header("Access-Control-Request-Headers", "authorization (*)")
                  .build());
      assertThat(odd.header("access-control-allow-headers")).isEmpty();
      for (String path : new String[] {"/v1/models", "/api/auth/me", "/nowhere"}) {
        TestServer.Response refused =
            own.send(
                HttpRequest.newBuilder(URI.create(own.url() + path))
                    .header("Origin", "http://localhost:3000")
                    .build());
        assertThat(refused.status()).isGreaterThanOrEqualTo(400);
        assertThat(refused.header("access-control-allow-origin")).contains("http://localhost:3000");
        assertThat(refused.header("access-control-expose-headers").orElseThrow())
            .contains("x-request-id", "retry-after")
            .doesNotContain("*");
      }
    } finally {
      own.close();
    }
  }

  private static HttpRequest.Builder preflight(TestServer server, String path, String origin) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void noOriginIsAllowedByDefault() {
    TestServer.Response said = ask(TestServer.shared(), "GET", APP);
    assertThat(said.header("access-control-allow-origin")).isEmpty();
  }

  private static TestServer.Response ask(TestServer server, String method, String origin) {
    return server.send(
        HttpRequest.newBuilder(URI.create(server.url() + "/api/health"))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }
}
