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
import potluck.kit.fake.Fault;
import potluck.kit.fake.Said;
import potluck.kit.fake.Script;
import potluck.server.api.plugin.Pair.Person;
import potluck.server.scene.TestHouse;

/** A house whose pool is a Plug-in service, and a house that is one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginIT {
  private final String model = "gpt-4.1-" + UUID.randomUUID();
  private Pair pair;
  private TestHouse house;
  private FakeUpstream upstream;
  private Person person;
  private String account;
  private String key;

  @BeforeAll
  void open() throws IOException {
    pair = new Pair(Map.of("REGISTRATION", "open"));
    house = pair.house;
    upstream = FakeUpstream.start();
    person = pair.person();
    account = add(person, model, 0);
    key = house.key(person.token());
  }

  @AfterAll
  void close() {
    pair.close();
    upstream.close();
  }

  private String add(Person owner, String name, int shared) {
    TestHouse.Said said =
        house.call(
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
    return TestHouse.eventually(
        () ->
            Optional.of(house.call("GET", "/api/plugin-api/key", owner.token(), null))
                .filter(said -> said.status() == 200)
                .map(TestHouse.Said::json));
  }

  private Optional<JsonNode> guest(String name) {
    for (JsonNode user :
        pair.service.call("GET", "/api/users", TestHouse.GUESTS_KEY, null).json().path("data")) {
      if (user.path("name").asText().equals(name)) {
        return Optional.of(user);
      }
    }
    return Optional.empty();
  }

  @Test
  void whoeverBecomesAUserHasAUserAtTheService() {
    String made = "m-" + UUID.randomUUID();
    assertThat(house.call("POST", "/api/admin/users", house.admin(), Pair.named(made)).status())
        .isEqualTo(201);
    String registered = "r-" + UUID.randomUUID();
    TestHouse.Said said = house.call("POST", "/api/auth/register", null, Pair.named(registered));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    for (String name : new String[] {TestHouse.ADMIN, made}) {
      // The service has an administrator of that name already, who stays who he was.
      TestHouse.eventually(() -> guest(name).or(() -> anyThatBegins(name + "-")));
    }
    JsonNode theirs = TestHouse.eventually(() -> guest(registered));
    Person owner = new Person(registered, said.json().path("access_token").asText());
    JsonNode shown = keyOf(owner);
    assertThat(shown.path("plugin_user_id")).isEqualTo(theirs.path("user_id"));
    assertThat(shown.path("user_id").asLong()).isEqualTo(said.json().at("/user/id").asLong());
    assertThat(shown.path("is_active").asBoolean()).isTrue();
    assertThat(shown.has("api_key")).isFalse();
  }

  private Optional<JsonNode> anyThatBegins(String start) {
    for (JsonNode user :
        pair.service.call("GET", "/api/users", TestHouse.GUESTS_KEY, null).json().path("data")) {
      if (user.path("name").asText().startsWith(start)) {
        return Optional.of(user);
      }
    }
    return Optional.empty();
  }

  @Test
  void accountsAreTheServicesOwn() {
    Person owner = pair.person();
    String mine = "gpt-4.1-" + UUID.randomUUID();
    String id = add(owner, mine, 0);
    String at = "/api/plugin-api/accounts/" + id;
    JsonNode listed =
        house.call("GET", "/api/plugin-api/accounts", owner.token(), null).json().path("data");
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).path("user_id")).isEqualTo(keyOf(owner).path("plugin_user_id"));
    assertThat(listed.path(0).path("is_shared").asInt()).isZero();
    change(owner, at + "/type", "{\"is_shared\":1}");
    change(owner, at + "/status", "{\"status\":0}");
    change(owner, at + "/name", "{\"name\":\"renamed\"}");
    JsonNode now = house.call("GET", at, owner.token(), null).json().path("data");
    assertThat(now.path("is_shared").asInt()).isOne();
    assertThat(now.path("status").asInt()).isZero();
    assertThat(now.path("name").asText()).isEqualTo("renamed");
    change(owner, at + "/quotas/" + mine + "/status", "{\"status\":0}");
    JsonNode quotas = house.call("GET", at + "/quotas", owner.token(), null).json().path("data");
    assertThat(quotas.path(0).path("model_name").asText()).isEqualTo(mine);
    assertThat(quotas.path(0).path("status").asInt()).isZero();
    change(owner, "/api/plugin-api/preference", "{\"prefer_shared\":1}");
    JsonNode preference =
        house.call("GET", "/api/plugin-api/preference", owner.token(), null).json().path("data");
    assertThat(preference.path("prefer_shared").asInt()).isOne();
    for (String read :
        new String[] {
          "quotas/user",
          "quotas/shared-pool",
          "quotas/consumption?limit=1000",
          "quotas/consumption/stats/" + mine
        }) {
      TestHouse.Said said = house.call("GET", "/api/plugin-api/" + read, owner.token(), null);
      assertThat(said.status()).as(read + said.text()).isEqualTo(200);
      assertThat(said.json().path("success").asBoolean()).isTrue();
    }
    usage(owner, id, mine);
    assertThat(house.call("DELETE", at, owner.token(), null).status()).isEqualTo(200);
    TestHouse.Said gone = house.call("GET", at, owner.token(), null);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.json().path("detail").asText()).isNotEmpty();
  }

  /** The pages of usage show what is there, too. */
  private void usage(Person owner, String id, String mine) {
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
    TestHouse.Said said = house.call("GET", "/api/usage/" + of, owner.token(), null);
    assertThat(said.status()).as(of + said.text()).isEqualTo(200);
    return said.json().path("data");
  }

  private void change(Person owner, String path, String body) {
    TestHouse.Said said = house.call("PUT", path, owner.token(), body);
    assertThat(said.status()).as(path + said.text()).isEqualTo(200);
  }

  @Test
  void anotherUsersAccountIsNotThereAndAWrongValueIs400() {
    String other = pair.person().token();
    String at = "/api/plugin-api/accounts/" + account;
    assertThat(house.call("GET", at, other, null).status()).isEqualTo(404);
    assertThat(house.call("DELETE", at, other, null).status()).isEqualTo(404);
    TestHouse.Said wrong = house.call("PUT", at + "/type", person.token(), "{\"is_shared\":7}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().path("detail").asText()).contains("is_shared");
    for (String path : new String[] {"accounts/..", "accounts/%2e%2e", "accounts/%2E./quotas"}) {
      assertThat(house.call("GET", "/api/plugin-api/" + path, other, null).status()).isEqualTo(404);
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
  void modelsAreCalledThroughTheServiceInAnyDialect(String dialect, boolean stream) {
    TestHouse.Said said = chat(dialect, stream, key);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.text()).contains(stream ? "Hello" : Said.TEXT);
    String id = said.header("x-request-id").orElseThrow();
    JsonNode row = TestHouse.eventually(() -> row(id));
    assertThat(row.path("success").asBoolean()).isTrue();
    assertThat(row.path("input_tokens").asLong()).isEqualTo(219);
    assertThat(row.path("output_tokens").asLong()).isEqualTo(60);
    assertThat(row.path("estimated").asBoolean()).isFalse();
  }

  private Optional<JsonNode> row(String id) {
    for (JsonNode row :
        house
            .call("GET", "/api/usage/logs?limit=200", person.token(), null)
            .json()
            .at("/data/logs")) {
      if (row.path("request_id").asText().equals(id)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private TestHouse.Said chat(String dialect, boolean stream, String credential) {
    String hi = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
    return switch (dialect) {
      case "openai" -> house.call("POST", "/v1/chat/completions", credential, head + hi + "}");
      case "responses" ->
          house.call("POST", "/v1/responses", credential, head + "\"input\":\"hi\"}");
      case "anthropic" ->
          house.call("POST", "/v1/messages", credential, head + "\"max_tokens\":100," + hi + "}");
      default ->
          house.call(
              "POST",
              "/v1beta/models/"
                  + model
                  + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
              credential,
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
    };
  }

  @Test
  void theOriginsOwnPathsCallModelsToo() {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}".formatted(model);
    TestHouse.Said streamed =
        house.call("POST", "/api/plugin-api/chat/completions", person.token(), body);
    assertThat(streamed.text()).contains("data: [DONE]");
    TestHouse.Said gemini =
        house.call(
            "POST",
            "/api/plugin-api/v1beta/models/" + model + ":generateContent",
            person.token(),
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
    assertThat(gemini.json().at("/candidates/0/content/parts/0/text").asText())
        .isEqualTo(Said.TEXT);
    for (String path : new String[] {"/v1/models", "/api/plugin-api/models"}) {
      TestHouse.Said listed = house.call("GET", path, key, null);
      assertThat(listed.json().path("data").findValuesAsText("id")).contains(model);
    }
    assertThat(house.call("GET", "/v1beta/models/" + model, key, null).status()).isEqualTo(200);
  }

  @Test
  void whatTheServiceSaysOfARequestReachesTheCaller() {
    upstream.next(Script.PLAIN.fails(Fault.limited(7)));
    assertThat(chat("anthropic", false, key).status()).isEqualTo(429);
    house.call(
        "PUT", "/api/plugin-api/accounts/" + account + "/status", person.token(), "{\"status\":1}");
    TestHouse.eventually(
        () -> Optional.of(chat("openai", false, key)).filter(s -> s.status() == 200));
    TestHouse.Said unknown =
        house.call("POST", "/v1/chat/completions", key, "{\"model\":\"nobodys\",\"messages\":[]}");
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  void anotherNodeServesWhoeverHasAUserThere() {
    TestHouse next = pair.anotherNode();
    try {
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(model);
      assertThat(next.call("POST", "/v1/chat/completions", key, body).status()).isEqualTo(200);
      // Whoever comes to one node is known at the other within moments.
      Person late = pair.person();
      add(late, "gpt-4.1-" + UUID.randomUUID(), 0);
      String own = house.key(late.token());
      TestHouse.eventually(
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
  void onlyDedicatedMeansTheServicesDedicatedAccountsToo() {
    Person sharer = pair.person();
    String common = "gpt-4.1-" + UUID.randomUUID();
    add(sharer, common, 1);
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(common);
    assertThat(house.call("POST", "/v1/chat/completions", key, body).status()).isEqualTo(200);
    String only =
        house
            .call("POST", "/api/api-keys", person.token(), "{\"only_dedicated\":true}")
            .json()
            .path("key")
            .asText();
    assertThat(house.call("POST", "/v1/chat/completions", only, body).status()).isEqualTo(404);
    assertThat(chat("gemini", false, only).status()).isEqualTo(200);
  }
}
