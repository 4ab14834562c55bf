package potluck.server.api.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.SlowReader;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** API keys: restrictions, rotation and revocation. */
class KeysIT {
  private final TestServer server = TestServer.shared();

  @Test
  void rotatedKeyWorksDuringTheOverlap() {
    String user = user();
    JsonNode made = make(user, "{\"name\":\"k\"}");
    String path = "/api/api-keys/" + made.path("id").asLong();
    JsonNode rotated =
        server.call("POST", path + "/rotate", user, "{\"overlap_seconds\":600}").json();
    assertThat(rotated.path("id")).isEqualTo(made.path("id"));
    assertThat(models(made.path("key").asText())).isEqualTo(200);
    assertThat(models(rotated.path("key").asText())).isEqualTo(200);
    JsonNode again = server.call("POST", path + "/rotate", user, "{\"overlap_seconds\":0}").json();
    assertThat(models(made.path("key").asText())).isEqualTo(401);
    assertThat(models(rotated.path("key").asText())).isEqualTo(401);
    assertThat(models(again.path("key").asText())).isEqualTo(200);
  }

  @Test
  void keyWorksFromItsNetworksOnly() {
    String user = user();
    assertThat(models(make(user, "{\"allowed_addresses\":[\"127.0.0.0/8\"]}").path("key").asText()))
        .isEqualTo(200);
    assertThat(models(make(user, "{\"allowed_addresses\":[\"10.1.0.0/16\"]}").path("key").asText()))
        .isEqualTo(401);
    assertThat(
            server
                .call("POST", "/api/api-keys", user, "{\"allowed_addresses\":[\"example.org\"]}")
                .status())
        .isEqualTo(422);
  }

  @Test
  void changedFieldsApplyAndOthersStay() {
    String user = user();
    JsonNode made = make(user, "{\"name\":\"k\",\"description\":\"d\"}");
    String text = made.path("key").asText();
    String path = "/api/api-keys/" + made.path("id").asLong();
    assertThat(models(text)).isEqualTo(200);
    JsonNode changed =
        server
            .call("PATCH", path, user, "{\"name\":\"laptop\",\"networks\":[\"10.1.0.0/16\"]}")
            .json();
    assertThat(changed.path("name").asText()).isEqualTo("laptop");
    assertThat(changed.path("description").asText()).isEqualTo("d");
    assertThat(models(text)).as("from another network").isEqualTo(401);
    changed =
        server
            .call(
                "PATCH",
                path,
                user,
                "{\"networks\":null,\"limits\":{\"requests_per_day\":5},\"expires_at\":\"2099-01-01T00:00:00Z\"}")
            .json();
    assertThat(changed.path("name").asText()).isEqualTo("laptop");
    assertThat(changed.at("/limits/requests_per_day").asInt()).isEqualTo(5);
    assertThat(changed.path("expires_at").asText()).startsWith("2099");
    assertThat(models(text)).isEqualTo(200);

    TestServer.Response unknown = server.call("PATCH", path, user, "{\"nam\":\"x\"}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.text()).contains("nam");
    assertThat(server.call("PATCH", path, user(), "{\"name\":\"x\"}").status()).isEqualTo(404);
  }

  @Test
  void keysPerUserAreLimited() {
    TestServer own = TestServer.start(Map.of("API_KEYS_PER_USER", "2"));
    try {
      for (int i = 0; i < 2; i++) {
        assertThat(own.call("POST", "/api/api-keys", own.admin(), "{}").status()).isEqualTo(200);
      }
      assertThat(own.call("POST", "/api/api-keys", own.admin(), "{}").text()).contains("2");
      assertThat(own.call("GET", "/api/api-keys", own.admin(), null).json()).hasSize(2);
    } finally {
      own.close();
    }
  }

  @Test
  void keyTypeCanBeChanged() {
    String user = user();
    JsonNode made = make(user, "{\"description\":\"d\"}");
    JsonNode shown =
        server
            .call(
                "PATCH",
                "/api/api-keys/" + made.path("id").asLong() + "/type",
                user,
                "{\"config_type\":\"kiro\"}")
            .json();
    assertThat(shown.path("config_type").asText()).isEqualTo("kiro");
    assertThat(shown.path("description").asText()).isEqualTo("d");
    assertThat(shown.has("key")).isFalse();
  }

  /** A running stream ends with an error if its key is deleted or disabled, or its user blocked. */
  @ParameterizedTest
  @Timeout(30)
  @ValueSource(strings = {"key deleted", "key disabled", "user disabled", "user silenced"})
  void runningStreamOfARevokedCredentialIsCut(String how) throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.MID_STREAM)));
      String user = user();
      long id = server.call("GET", "/api/auth/me", user, null).json().path("id").asLong();
      JsonNode key = make(user, "{}");
      String body = scene.body(true);
      String request =
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
              + key.path("key").asText()
              + "\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      try (SlowReader client = new SlowReader(URI.create(server.url()).getPort(), 65_536)) {
        client.send(request);
        client.read(200);
        long start = System.nanoTime();
        String path = "/api/api-keys/" + key.path("id").asLong();
        switch (how) {
          case "key deleted" -> server.call("DELETE", path, user, null);
          case "key disabled" ->
              server.call("PATCH", path + "/status", user, "{\"is_active\":false}");
          case "user disabled" ->
              server.call(
                  "PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_active\":false}");
          default ->
              server.call(
                  "PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_silenced\":true}");
        }
        StringBuilder rest = new StringBuilder();
        while (rest.indexOf("\r\n0\r\n\r\n") < 0) {
          byte[] more = client.read(1);
          if (more.length == 0) {
            break;
          }
          rest.append((char) more[0]);
        }
        assertThat(rest.toString()).contains("revoked while it ran").doesNotContain("[DONE]");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      }
    }
  }

  @Test
  void onlyTrustedProxiesSetTheClientAddress() {
    TestServer own = TestServer.start(Map.of("TRUSTED_PROXIES", "127.0.0.1"));
    try {
      String inside =
          own.call(
                  "POST", "/api/api-keys", own.admin(), "{\"allowed_addresses\":[\"203.0.113.9\"]}")
              .json()
              .path("key")
              .asText();
      assertThat(forwarded(own, inside, "203.0.113.9")).isEqualTo(200);
      // Addresses before the one that the trusted proxy appended are ignored: clients forge them.
      assertThat(forwarded(own, inside, "203.0.113.9, 198.51.100.1")).isEqualTo(401);
      String key = make(user(), "{\"allowed_addresses\":[\"203.0.113.9\"]}").path("key").asText();
      assertThat(forwarded(server, key, "203.0.113.9")).isEqualTo(401);
    } finally {
      own.close();
    }
  }

  private static int forwarded(TestServer at, String key, String chain) {
    return at.send(
            HttpRequest.newBuilder(URI.create(at.url() + "/v1/models"))
                .header("authorization", "Bearer " + key)
                .header("x-forwarded-for", chain)
                .build())
        .status();
  }

  private JsonNode make(String user, String body) {
    TestServer.Response said = server.call("POST", "/api/api-keys", user, body);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.json();
  }

  private int models(String key) {
    return server.call("GET", "/v1/models", key, null).status();
  }

  private String user() {
    String name = "k-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return server.login(name, "a-password-of-my-own");
  }
}
