package potluck.server.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/** What operators see and change: accounts, keys, settings, models, the pool's history, status. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminIT {
  private TestServer server;
  private FakeUpstream upstream;

  @BeforeAll
  void open() throws IOException {
    server =
        TestServer.start(
            Map.of("QUOTA_ACCOUNT_USD", "10", "CORS_ORIGINS", "https://app.example.org"));
    upstream = FakeUpstream.start();
  }

  @AfterAll
  void close() {
    upstream.close();
    server.close();
  }

  @Test
  void operatorStopsAndUnsharesAnAccountButCannotShareIt() {
    String name = "owner-" + UUID.randomUUID().toString().substring(0, 8);
    String owner = server.user(name);
    String id =
        account(owner, "{\"api_key\":\"sk-of-somebody\",\"models\":[\"gpt-5\"],\"is_shared\":1}");
    JsonNode row = adminAccount(id);
    assertThat(row.path("owner").asText()).isEqualTo(name);
    assertThat(row.path("standing").asText()).isEqualTo("ready");
    assertThat(get("/api/admin/accounts").text()).doesNotContain("sk-of-somebody");

    assertThat(put(id, "status", "{\"status\":0}").json().path("standing").asText())
        .isEqualTo("off");
    assertThat(put(id, "shared", "{\"is_shared\":0}").json().path("shared").asBoolean()).isFalse();
    assertThat(put(id, "shared", "{\"is_shared\":1}").status()).isEqualTo(403);
    assertThat(put(id, "status", "{\"status\":1,\"name\":\"x\"}").status()).isEqualTo(422);
    assertThat(put(id, "status", "{\"status\":1}").json().path("standing").asText())
        .isEqualTo("ready");
    assertThat(put("0".repeat(32), "status", "{\"status\":1}").status()).isEqualTo(404);
    String mine = server.call("GET", "/api/plugin-api/accounts/" + id, owner, null).text();
    assertThat(mine).contains("\"is_shared\":0");
    assertThat(get("/api/admin/audit?action=account.unshare").text()).contains("account " + id);
  }

  @Test
  void operatorChangesAndDeletesAKeyOfAUser() {
    String name = "keys-" + UUID.randomUUID().toString().substring(0, 8);
    String owner = server.user(name);
    JsonNode made = server.call("POST", "/api/api-keys", owner, "{\"name\":\"k\"}").json();
    String key = made.path("key").asText();
    String path = "/api/admin/keys/" + made.path("id").asLong();
    TestServer.Response list = get("/api/admin/keys?user=" + made.path("user_id").asLong());
    assertThat(list.json().path("total").asLong()).isEqualTo(1);
    assertThat(list.json().at("/keys/0/username").asText()).isEqualTo(name);
    assertThat(list.text()).doesNotContain(key);
    assertThat(get("/api/admin/keys?user=x").status()).isEqualTo(422);

    JsonNode changed =
        patch(path, "{\"limits\":{\"usd_per_month\":20},\"expires_at\":\"2099-01-01T00:00:00Z\"}")
            .json();
    assertThat(changed.at("/limits/usd_per_month").asDouble()).isEqualTo(20);
    assertThat(changed.path("expires_at").asText()).isEqualTo("2099-01-01T00:00:00Z");
    assertThat(patch(path, "{\"expires_at\":null}").json().path("expires_at").isNull()).isTrue();
    assertThat(patch(path, "{\"key\":\"x\"}").text()).contains("key");
    assertThat(server.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
    patch(path, "{\"is_active\":false}");
    assertThat(server.call("GET", "/v1/models", key, null).status()).isEqualTo(401);
    assertThat(server.call("DELETE", path, server.admin(), null).status()).isEqualTo(200);
    assertThat(server.call("DELETE", path, server.admin(), null).status()).isEqualTo(404);
  }

  @Test
  void settingsHaveTheirOriginAndNeverASecret() {
    TestServer.Response said = get("/api/admin/settings");
    assertThat(setting(said, "QUOTA_ACCOUNT_USD").path("origin").asText()).isEqualTo("env");
    assertThat(setting(said, "QUOTA_ACCOUNT_USD").path("value").asText()).isEqualTo("10");
    assertThat(setting(said, "QUOTA_ACCOUNT_USD").path("default").asText()).isEqualTo("100");
    assertThat(setting(said, "QUOTA_UNIT").path("origin").asText()).isEqualTo("default");
    // The test server writes it into .env, with the password of its database.
    assertThat(setting(said, "DATABASE_URL").path("origin").asText()).isEqualTo("file");
    assertThat(setting(said, "DATABASE_URL").path("value").asText()).contains(":***@");
    JsonNode password = setting(said, "ADMIN_PASSWORD");
    assertThat(password.path("set").asBoolean()).isTrue();
    assertThat(password.path("value").isNull()).isTrue();
    assertThat(said.text()).doesNotContain(TestServer.PASSWORD, TestServer.PLUGIN_SERVICE_KEY);
  }

  @Test
  void modelsHaveAccountsPricesAndAliases() {
    account(server.admin(), "{\"api_key\":\"sk-models-models\",\"models\":[\"gpt-4.1-mini\"]}");
    assertThat(model("gpt-4.1-mini").at("/price/origin").asText()).isEqualTo("built in");
    server.call(
        "PUT",
        "/api/admin/prices",
        server.admin(),
        "[{\"model\":\"gpt-4.1-mini*\",\"input\":7,\"output\":9}]");
    server.call(
        "PUT",
        "/api/admin/routes",
        server.admin(),
        "{\"aliases\":{\"fast\":[\"gpt-4.1-mini\"]},\"fallbacks\":{}}");
    JsonNode model = model("gpt-4.1-mini");
    assertThat(model.at("/price/origin").asText()).isEqualTo("set");
    assertThat(model.at("/price/input").asDouble()).isEqualTo(7);
    assertThat(model.path("ready").asInt()).isEqualTo(1);
    assertThat(model.path("aliases").toString()).isEqualTo("[\"fast\"]");
  }

  @Test
  void reportShowsTheHistoryOfAnAccountAndWhoseTheRefusalsAre() {
    String id = server.account(upstream, "report-model");
    String key = server.key(server.admin());
    upstream.enqueue(Script.PLAIN.withFault(Fault.rateLimited(600)));
    assertThat(chat(key, "report-model").status()).isEqualTo(429);
    chat(key, "no-such-model");
    JsonNode spans =
        TestServer.eventually(
            () -> Optional.of(strip(id).path("spans")).filter(found -> found.size() >= 2));
    assertThat(spans.path(0).path("standing").asText()).isEqualTo("ready");
    assertThat(spans.path(1).path("standing").asText()).isEqualTo("resting");
    JsonNode report = get("/api/admin/pool").json();
    assertThat(report.path("rests").asLong()).isPositive();
    assertThat(report.path("refusals").toString())
        .contains("\"kind\":\"not_found\",\"count\":1,\"whose\":\"caller\"")
        .contains("\"kind\":\"rate_limited\"");
    // No other shared account serves this model, so its group has no ready account.
    TestServer.Response status = server.call("GET", "/api/status", null, null);
    assertThat(status.text()).doesNotContain(id, TestServer.ADMIN);
    assertThat(status.json().path("version").asText()).isNotEmpty();
  }

  @Test
  void doctorSpeaksBothLanguages() {
    JsonNode findings = get("/api/admin/doctor").json().path("findings");
    assertThat(findings.size()).isGreaterThan(4);
    assertThat(findings.toString()).contains("\"zh\":\"数据库\"");
    assertThat(get("/api/admin/backup").json().path("backup").isNull()).isTrue();
  }

  private String account(String token, String fields) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            token,
            "{\"provider\":\"openai\"," + fields.substring(1));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.json().at("/data/cookie_id").asText();
  }

  private JsonNode adminAccount(String id) {
    return find(get("/api/admin/accounts").json().path("accounts"), "id", id);
  }

  private JsonNode strip(String account) {
    return find(get("/api/admin/pool").json().path("strips"), "account", account);
  }

  private JsonNode model(String name) {
    return find(get("/api/admin/models").json().path("models"), "model", name);
  }

  private static JsonNode setting(TestServer.Response said, String name) {
    return find(said.json().path("settings"), "name", name);
  }

  private static JsonNode find(JsonNode rows, String field, String value) {
    for (JsonNode row : rows) {
      if (row.path(field).asText().equals(value)) {
        return row;
      }
    }
    throw new AssertionError(value + " is missing: " + rows);
  }

  private TestServer.Response get(String path) {
    return server.call("GET", path, server.admin(), null);
  }

  private TestServer.Response put(String account, String what, String body) {
    return server.call("PUT", "/api/admin/accounts/" + account + "/" + what, server.admin(), body);
  }

  private TestServer.Response patch(String path, @Nullable String body) {
    return server.call("PATCH", path, server.admin(), body);
  }

  private TestServer.Response chat(String key, String model) {
    return server.call(
        "POST",
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model));
  }
}
