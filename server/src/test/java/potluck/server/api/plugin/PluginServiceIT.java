package potluck.server.api.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.FakeAnswer;
import potluck.server.testing.TestServer;

/** The server as the Plug-in service of an AntiHub backend: requests in that backend's form. */
class PluginServiceIT {
  private final TestServer server = TestServer.shared();
  private final FakeUpstream upstream;
  private final String model = "gpt-4.1-" + UUID.randomUUID();
  private final JsonNode user = make("user-" + UUID.randomUUID());
  private final String key = user.path("api_key").asText();
  private final String id = user.path("user_id").asText();

  PluginServiceIT() throws IOException {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void close() {
    server.call("DELETE", "/api/users/" + id, TestServer.PLUGIN_SERVICE_KEY, null);
    upstream.close();
  }

  private JsonNode make(String name) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/users",
            TestServer.PLUGIN_SERVICE_KEY,
            "{\"name\":\"%s\",\"prefer_shared\":0}".formatted(name));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.json().path("success").asBoolean()).isTrue();
    return said.json().path("data");
  }

  private String add(int shared) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/accounts",
            key,
            """
            {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-upstream-secret",
             "models":["%s"],"is_shared":%d,"name":null,"model_map":null,"priority":null}
            """
                .formatted(upstream.address(), model, shared));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.json().at("/data/cookie_id").asText();
  }

  @Test
  void createdUserIsListedReadAndChanged() {
    assertThat(key).startsWith("sk-");
    assertThat(user.path("prefer_shared").asInt()).isZero();
    JsonNode me = server.call("GET", "/api/user/me", key, null).json().path("data");
    assertThat(me.path("user_id").asText()).isEqualTo(id);
    assertThat(me.path("status").asInt()).isOne();
    assertThat(
            server
                .call("GET", "/api/users", TestServer.PLUGIN_SERVICE_KEY, null)
                .json()
                .path("data")
                .findValuesAsText("user_id"))
        .contains(id);
    String preference = "/api/users/" + id + "/preference";
    assertThat(server.call("PUT", preference, key, "{\"prefer_shared\":1}").status())
        .isEqualTo(200);
    assertThat(
            server.call("GET", "/api/user/me", key, null).json().at("/data/prefer_shared").asInt())
        .isOne();
    String foreign = make("other-" + UUID.randomUUID()).path("user_id").asText();
    TestServer.Response said =
        server.call("PUT", "/api/users/" + foreign + "/preference", key, "{\"prefer_shared\":1}");
    assertThat(said.status()).isEqualTo(404);
    assertThat(said.json().path("error").asText()).isNotEmpty();
  }

  @Test
  void explicitNullsMeanAbsent() {
    add(0);
    TestServer.Response chat =
        server.call(
            "POST",
            "/v1/chat/completions",
            key,
            """
            {"model":"%s","messages":[{"role":"user","content":"hi"}],"stream":false,
             "temperature":1.0,"max_tokens":null,"tools":null,"generationConfig":null}
            """
                .formatted(model));
    assertThat(chat.status()).as(chat.text()).isEqualTo(200);
    assertThat(chat.json().at("/choices/0/message/content").asText()).isEqualTo(FakeAnswer.TEXT);
    String sent = new String(upstream.requests().getLast().request().body(), UTF_8);
    assertThat(sent).contains("\"temperature\":1.0").doesNotContain("null");
    TestServer.Response streamed =
        server.call(
            "POST",
            "/v1/chat/completions",
            key,
            """
            {"model":"%s","messages":[{"role":"user","content":"hi"}],"stream":true,"tools":null}
            """
                .formatted(model));
    assertThat(streamed.text()).contains("data: [DONE]");
    TestServer.Response gemini =
        server.call(
            "POST",
            "/v1beta/models/" + model + ":generateContent",
            key,
            """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":null,
             "tools":null}
            """);
    assertThat(gemini.status()).as(gemini.text()).isEqualTo(200);
  }

  @Test
  void userKeyManagesAccountsAndQuotas() {
    String account = "/api/accounts/" + add(0);
    assertThat(server.call("GET", "/api/accounts", key, null).json().path("data")).hasSize(1);
    for (String[] change :
        new String[][] {
          {"/type", "{\"is_shared\":1}"},
          {"/name", "{\"name\":\"n\"}"},
          {"/status", "{\"status\":0}"},
          {"/status", "{\"status\":1}"},
          {"/quotas/" + model + "/status", "{\"status\":1}"}
        }) {
      TestServer.Response said = server.call("PUT", account + change[0], key, change[1]);
      assertThat(said.status()).as(change[0] + said.text()).isEqualTo(200);
    }
    for (String path :
        new String[] {
          account,
          account + "/quotas",
          "/api/quotas/user",
          "/api/quotas/shared-pool",
          "/api/quotas/consumption?limit=5"
        }) {
      assertThat(server.call("GET", path, key, null).status()).as(path).isEqualTo(200);
    }
    server.call(
        "POST",
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model));
    TestServer.eventually(
        () ->
            java.util.Optional.of(
                    server
                        .call("GET", "/api/quotas/consumption/stats/" + model, key, null)
                        .json()
                        .path("data"))
                .filter(stats -> stats.path("total_requests").asLong() == 1)
                .filter(stats -> stats.path("last_used_at").isTextual()));
    TestServer.Response low =
        server.call("GET", "/api/quotas/low?threshold=1.1", TestServer.PLUGIN_SERVICE_KEY, null);
    assertThat(low.json().path("data").findValuesAsText("model_name")).contains(model);
    assertThat(server.call("DELETE", account, key, null).status()).isEqualTo(200);
    assertThat(server.call("GET", account, key, null).json().path("error").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/accounts/00000000000000000000000000000000, 404",
    "PUT, /api/accounts/00000000000000000000000000000000/type, 400",
    "POST, /api/accounts, 400",
    "POST, /api/oauth/callback/manual, 400",
    "POST, /api/oauth/authorize, 400",
    "GET, /api/quotas/consumption?limit=x, 400",
    "PUT, /api/users/nobody/preference, 404",
  })
  void errorsHaveThePluginServicesForm(String method, String path, int status) {
    String body = method.equals("GET") ? null : "{\"is_shared\":7,\"prefer_shared\":0}";
    TestServer.Response said = server.call(method, path, key, body);
    assertThat(said.status()).as(said.text()).isEqualTo(status);
    assertThat(said.json().path("error").isTextual()).as(said.text()).isTrue();
    TestServer.Response invalidKey = server.call(method, path, "sk-nonsense", body);
    assertThat(invalidKey.status()).isEqualTo(401);
    assertThat(invalidKey.json().path("error").isTextual()).isTrue();
  }

  @Test
  void adminKeyDoesNotReachOrdinaryUsers() {
    assertThat(server.call("GET", "/api/users", key, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/api/users", server.admin(), null).status()).isEqualTo(401);
    for (String path : new String[] {"/api/admin/users", "/api/accounts", "/v1/models"}) {
      assertThat(server.call("GET", path, TestServer.PLUGIN_SERVICE_KEY, null).status())
          .isEqualTo(401);
    }
    String own =
        server
            .call("GET", "/api/plugin-api/key", server.admin(), null)
            .json()
            .path("plugin_user_id")
            .asText();
    assertThat(own).isNotEmpty();
    assertThat(
            server
                .call("DELETE", "/api/users/" + own, TestServer.PLUGIN_SERVICE_KEY, null)
                .status())
        .isEqualTo(404);
    assertThat(
            server
                .call(
                    "POST",
                    "/api/users/" + own + "/regenerate-key",
                    TestServer.PLUGIN_SERVICE_KEY,
                    null)
                .status())
        .isEqualTo(404);
    assertThat(make(TestServer.ADMIN).path("name").asText()).isNotEqualTo(TestServer.ADMIN);
  }

  @Test
  void ordinaryKeysManageNoAccountsAndPluginUsersCannotLogIn() {
    String ordinary = server.key(server.admin());
    assertThat(server.call("GET", "/api/accounts", ordinary, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/api/api-keys", key, null).status()).isEqualTo(401);
    assertThat(
            server
                .call(
                    "POST",
                    "/api/auth/login",
                    null,
                    "{\"username\":\"%s\",\"password\":\"anything-at-all\"}"
                        .formatted(user.path("name").asText()))
                .status())
        .isEqualTo(401);
  }

  @Test
  void disabledUserIsRefusedAndNewKeyReplacesTheOld() {
    String at = "/api/users/" + id;
    assertThat(
            server
                .call("PUT", at + "/status", TestServer.PLUGIN_SERVICE_KEY, "{\"status\":0}")
                .status())
        .isEqualTo(200);
    assertThat(server.call("GET", "/api/user/me", key, null).status()).isEqualTo(403);
    server.call("PUT", at + "/status", TestServer.PLUGIN_SERVICE_KEY, "{\"status\":1}");
    assertThat(server.call("GET", "/api/user/me", key, null).status()).isEqualTo(200);
    String next =
        server
            .call("POST", at + "/regenerate-key", TestServer.PLUGIN_SERVICE_KEY, "{}")
            .json()
            .at("/data/api_key")
            .asText();
    assertThat(server.call("GET", "/api/user/me", key, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/api/user/me", next, null).status()).isEqualTo(200);
  }

  @Test
  void serviceIsOffByDefault() {
    TestServer withoutService = server.secondNode(Map.of("PLUGIN_SERVICE_ADMIN_KEY", ""));
    try {
      assertThat(
              withoutService
                  .call("GET", "/api/users", TestServer.PLUGIN_SERVICE_KEY, null)
                  .status())
          .isEqualTo(404);
      assertThat(withoutService.call("GET", "/api/accounts", key, null).status()).isEqualTo(404);
    } finally {
      withoutService.close();
    }
  }
}
