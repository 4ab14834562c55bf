package potluck.server.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.api.plugin.PoolAndBackend.Person;
import potluck.server.testing.TestServer;

/** Two Potluck servers, one of which is the Plug-in service of the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginIT {
  private final String model = "gpt-4.1-" + UUID.randomUUID();
  private PoolAndBackend pair;
  private TestServer server;
  private FakeUpstream upstream;
  private Person person;
  private String account;
  private String key;

  @BeforeAll
  void open() throws IOException {
    pair = new PoolAndBackend(Map.of("REGISTRATION", "open"));
    server = pair.backend;
    upstream = FakeUpstream.start();
    person = pair.person();
    account = add(person, model, 0);
    key = server.key(person.token());
  }

  @AfterAll
  void close() {
    pair.close();
    upstream.close();
  }

  private String add(Person owner, String name, int shared) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            owner.token(),
            """
            {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-upstream-secret",
             "models":["%s"],"is_shared":%d,"priority":null}
            """
                .formatted(upstream.address(), name, shared));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.json().at("/data/cookie_id").asText();
  }

  private JsonNode keyOf(Person owner) {
    return TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/api/plugin-api/key", owner.token(), null))
                .filter(said -> said.status() == 200)
                .map(TestServer.Response::json));
  }

  private Optional<JsonNode> findPluginUser(String name) {
    for (JsonNode user :
        pair.service
            .call("GET", "/api/users", TestServer.PLUGIN_SERVICE_KEY, null)
            .json()
            .path("data")) {
      if (user.path("name").asText().equals(name)) {
        return Optional.of(user);
      }
    }
    return Optional.empty();
  }

  @Test
  void newUsersGetAUserAtTheService() {
    String made = "m-" + UUID.randomUUID();
    assertThat(
            server
                .call("POST", "/api/admin/users", server.admin(), PoolAndBackend.named(made))
                .status())
        .isEqualTo(201);
    String registered = "r-" + UUID.randomUUID();
    TestServer.Response said =
        server.call("POST", "/api/auth/register", null, PoolAndBackend.named(registered));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    for (String name : new String[] {TestServer.ADMIN, made}) {
      // The service has its own user with the administrator's name: the new one gets a suffix.
      TestServer.eventually(() -> findPluginUser(name).or(() -> findByPrefix(name + "-")));
    }
    JsonNode theirs = TestServer.eventually(() -> findPluginUser(registered));
    Person owner = new Person(registered, said.json().path("access_token").asText());
    JsonNode shown = keyOf(owner);
    assertThat(shown.path("plugin_user_id")).isEqualTo(theirs.path("user_id"));
    assertThat(shown.path("user_id").asLong()).isEqualTo(said.json().at("/user/id").asLong());
    assertThat(shown.path("is_active").asBoolean()).isTrue();
    assertThat(shown.has("api_key")).isFalse();
  }

  private Optional<JsonNode> findByPrefix(String start) {
    for (JsonNode user :
        pair.service
            .call("GET", "/api/users", TestServer.PLUGIN_SERVICE_KEY, null)
            .json()
            .path("data")) {
      if (user.path("name").asText().startsWith(start)) {
        return Optional.of(user);
      }
    }
    return Optional.empty();
  }

  @Test
  void accountsLiveAtTheService() {
    Person owner = pair.person();
    String mine = "gpt-4.1-" + UUID.randomUUID();
    String id = add(owner, mine, 0);
    String at = "/api/plugin-api/accounts/" + id;
    JsonNode listed =
        server.call("GET", "/api/plugin-api/accounts", owner.token(), null).json().path("data");
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).path("user_id")).isEqualTo(keyOf(owner).path("plugin_user_id"));
    assertThat(listed.path(0).path("is_shared").asInt()).isZero();
    change(owner, at + "/type", "{\"is_shared\":1}");
    change(owner, at + "/status", "{\"status\":0}");
    change(owner, at + "/name", "{\"name\":\"renamed\"}");
    JsonNode now = server.call("GET", at, owner.token(), null).json().path("data");
    assertThat(now.path("is_shared").asInt()).isOne();
    assertThat(now.path("status").asInt()).isZero();
    assertThat(now.path("name").asText()).isEqualTo("renamed");
    change(owner, at + "/quotas/" + mine + "/status", "{\"status\":0}");
    JsonNode quotas = server.call("GET", at + "/quotas", owner.token(), null).json().path("data");
    assertThat(quotas.path(0).path("model_name").asText()).isEqualTo(mine);
    assertThat(quotas.path(0).path("status").asInt()).isZero();
    change(owner, "/api/plugin-api/preference", "{\"prefer_shared\":1}");
    JsonNode preference =
        server.call("GET", "/api/plugin-api/preference", owner.token(), null).json().path("data");
    assertThat(preference.path("prefer_shared").asInt()).isOne();
    for (String read :
        new String[] {
          "quotas/user",
          "quotas/shared-pool",
          "quotas/consumption?limit=1000",
          "quotas/consumption/stats/" + mine
        }) {
      TestServer.Response said = server.call("GET", "/api/plugin-api/" + read, owner.token(), null);
      assertThat(said.status()).as(read + said.text()).isEqualTo(200);
      assertThat(said.json().path("success").asBoolean()).isTrue();
    }
    checkUsage(owner, id, mine);
    assertThat(server.call("DELETE", at, owner.token(), null).status()).isEqualTo(200);
    TestServer.Response gone = server.call("GET", at, owner.token(), null);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.json().path("detail").asText()).isNotEmpty();
  }

  /** The usage pages show the accounts and quotas of the service. */
  private void checkUsage(Person owner, String id, String mine) {
    JsonNode accounts = usage(owner, "accounts");
    assertThat(accounts.path(0).path("cookie_id").asText()).isEqualTo(id);
    assertThat(accounts.at("/0/quotas/0/model_name").asText()).isEqualTo(mine);
    JsonNode summary = usage(owner, "summary");
    assertThat(summary.at("/accounts/total").asInt()).isOne();
    assertThat(summary.at("/accounts/inactive").asInt()).isOne();
    assertThat(summary.path("shared_pool").path("quotas").isArray()).isTrue();
    summary
        .path("user_quotas")
        .forEach(one -> assertThat(one.path("max_quota").isNumber()).isTrue());
    assertThat(usage(owner, "shared-pool/stats").at("/accounts/total_shared").asInt()).isOne();
    assertThat(usage(owner, "quotas").path("user_quota").isArray()).isTrue();
    assertThat(usage(owner, "consumption?limit=5").isArray()).isTrue();
  }

  private JsonNode usage(Person owner, String of) {
    TestServer.Response said = server.call("GET", "/api/usage/" + of, owner.token(), null);
    assertThat(said.status()).as(of + said.text()).isEqualTo(200);
    return said.json().path("data");
  }

  private void change(Person owner, String path, String body) {
    TestServer.Response said = server.call("PUT", path, owner.token(), body);
    assertThat(said.status()).as(path + said.text()).isEqualTo(200);
  }

  @Test
  void otherUsersAccountIsNotFoundAndInvalidValueIs400() {
    String other = pair.person().token();
    String at = "/api/plugin-api/accounts/" + account;
    assertThat(server.call("GET", at, other, null).status()).isEqualTo(404);
    assertThat(server.call("DELETE", at, other, null).status()).isEqualTo(404);
    TestServer.Response wrong =
        server.call("PUT", at + "/type", person.token(), "{\"is_shared\":7}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().path("detail").asText()).contains("is_shared");
    for (String path : new String[] {"accounts/..", "accounts/%2e%2e", "accounts/%2E./quotas"}) {
      assertThat(server.call("GET", "/api/plugin-api/" + path, other, null).status())
          .isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "openai, false",
    "openai, true",
    "anthropic, false",
    "anthropic, true",
    "gemini, false",
    "gemini, true",
    "responses, false",
    "responses, true",
  })
  void modelsAreCalledThroughTheServiceInEveryDialect(String dialect, boolean stream) {
    TestServer.Response said = chat(dialect, stream, key);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.text()).contains(stream ? "Hello" : FakeAnswer.TEXT);
    String id = said.header("x-request-id").orElseThrow();
    JsonNode row = TestServer.eventually(() -> row(id));
    assertThat(row.path("success").asBoolean()).isTrue();
    assertThat(row.path("input_tokens").asLong()).isEqualTo(219);
    assertThat(row.path("output_tokens").asLong()).isEqualTo(60);
    assertThat(row.path("estimated").asBoolean()).isFalse();
  }

  private Optional<JsonNode> row(String id) {
    for (JsonNode row :
        server
            .call("GET", "/api/usage/logs?limit=200", person.token(), null)
            .json()
            .at("/data/logs")) {
      if (row.path("request_id").asText().equals(id)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private TestServer.Response chat(String dialect, boolean stream, String credential) {
    String hi = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
    return switch (dialect) {
      case "openai" -> server.call("POST", "/v1/chat/completions", credential, head + hi + "}");
      case "responses" ->
          server.call("POST", "/v1/responses", credential, head + "\"input\":\"hi\"}");
      case "anthropic" ->
          server.call("POST", "/v1/messages", credential, head + "\"max_tokens\":100," + hi + "}");
      default ->
          server.call(
              "POST",
              "/v1beta/models/"
                  + model
                  + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
              credential,
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
    };
  }

  @Test
  void antiHubPathsCallModels() {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}".formatted(model);
    TestServer.Response streamed =
        server.call("POST", "/api/plugin-api/chat/completions", person.token(), body);
    assertThat(streamed.text()).contains("data: [DONE]");
    TestServer.Response gemini =
        server.call(
            "POST",
            "/api/plugin-api/v1beta/models/" + model + ":generateContent",
            person.token(),
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
    assertThat(gemini.json().at("/candidates/0/content/parts/0/text").asText())
        .isEqualTo(FakeAnswer.TEXT);
    for (String path : new String[] {"/v1/models", "/api/plugin-api/models"}) {
      TestServer.Response listed = server.call("GET", path, key, null);
      assertThat(listed.json().path("data").findValuesAsText("id")).contains(model);
    }
    assertThat(server.call("GET", "/v1beta/models/" + model, key, null).status()).isEqualTo(200);
  }

  @Test
  void serviceErrorsReachTheCaller() {
    upstream.enqueue(Script.PLAIN.withFault(Fault.rateLimited(7)));
    assertThat(chat("anthropic", false, key).status()).isEqualTo(429);
    server.call(
        "PUT", "/api/plugin-api/accounts/" + account + "/status", person.token(), "{\"status\":1}");
    TestServer.eventually(
        () -> Optional.of(chat("openai", false, key)).filter(s -> s.status() == 200));
    TestServer.Response unknown =
        server.call("POST", "/v1/chat/completions", key, "{\"model\":\"nobodys\",\"messages\":[]}");
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  void secondNodeServesSeatedUsers() {
    TestServer next = pair.anotherNode();
    try {
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(model);
      assertThat(next.call("POST", "/v1/chat/completions", key, body).status()).isEqualTo(200);
      // The second node serves a user that was created on the first node.
      Person late = pair.person();
      add(late, "gpt-4.1-" + UUID.randomUUID(), 0);
      String own = server.key(late.token());
      TestServer.eventually(
          () ->
              Optional.of(next.call("POST", "/v1/chat/completions", own, body))
                  .filter(said -> said.status() == 404)
                  .filter(said -> said.text().contains(model)));
      assertThat(
              next.call("GET", "/api/plugin-api/accounts", late.token(), null).json().path("data"))
          .hasSize(1);
    } finally {
      next.close();
    }
  }

  @Test
  void onlyDedicatedAppliesAtTheService() {
    Person sharer = pair.person();
    String common = "gpt-4.1-" + UUID.randomUUID();
    add(sharer, common, 1);
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(common);
    assertThat(server.call("POST", "/v1/chat/completions", key, body).status()).isEqualTo(200);
    String only =
        server
            .call("POST", "/api/api-keys", person.token(), "{\"only_dedicated\":true}")
            .json()
            .path("key")
            .asText();
    assertThat(server.call("POST", "/v1/chat/completions", only, body).status()).isEqualTo(404);
    assertThat(chat("gemini", false, only).status()).isEqualTo(200);
  }
}
