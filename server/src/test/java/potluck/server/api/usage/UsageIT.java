package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** The usage pages: totals, quotas, rows, exports, statements and prices. */
class UsageIT {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/plugin-api/quotas/user",
        "/api/plugin-api/quotas/shared-pool",
        "/api/plugin-api/quotas/consumption",
        "/api/usage/quotas",
        "/api/usage/consumption",
        "/api/usage/summary",
        "/api/usage/shared-pool/stats",
        "/api/usage/statement",
        "/api/usage/forecast",
        "/api/usage/series",
        "/api/usage/by/model",
        "/api/usage/by/key",
        "/api/usage/by/account",
        "/api/usage/by/app",
        "/api/usage/share",
        "/api/usage/accounts",
        "/api/plugin-api/preference",
        "/api/prices"
      })
  void everyPageWorksForANewUser(String path) {
    TestServer.Response said = server.call("GET", path, user(), null);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.json().path("success").asBoolean()).isTrue();
  }

  @Test
  void channelComesFromTheHeaderWithoutAKey() {
    try (PoolFixture scene = new PoolFixture(1)) {
      assertThat(channel(scene, scene.admin, "kiro")).isEqualTo("kiro");
      assertThat(channel(scene, scene.key, "kiro"))
          .as("the config_type of the key is used")
          .isEqualTo("antigravity");
      assertThat(channel(scene, scene.admin, "two words"))
          .as("an invalid label is ignored")
          .isEqualTo("null");
    }
  }

  @Test
  void emptyFilterMeansAny() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String id = scene.chat(false).header("x-request-id").orElseThrow();
      scene.row(id);
      String mine = "model_name=" + scene.model;
      for (String filter :
          new String[] {
            mine + "&config_type=&client_app=&success=&start_date=&end_date=&limit=&offset=",
            mine + "&start_date=2020-01-01%2008:00:00&end_date=2999-01-01T00:00:00z",
            mine + "&start_date=2020-01-01+08:00:00+08:00"
          }) {
        assertThat(
                server
                    .call("GET", "/api/usage/requests/logs?" + filter, scene.admin, null)
                    .json()
                    .at("/data/pagination/total")
                    .asInt())
            .as(filter)
            .isOne();
        assertThat(
                server
                    .call("GET", "/api/usage/requests/stats?" + filter, scene.admin, null)
                    .json()
                    .at("/data/total_requests")
                    .asInt())
            .as(filter)
            .isOne();
      }
      JsonNode stats =
          server.call("GET", "/api/usage/stats?config_type=", scene.admin, null).json();
      assertThat(stats.at("/data/config_type").isNull()).isTrue();
    }
  }

  @Test
  void sharedPoolHasAntiHubsTypes() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String user = user();
      JsonNode stats =
          server
              .call("GET", "/api/usage/shared-pool/stats", user, null)
              .json()
              .path("data")
              .path("quotas_by_model")
              .path(scene.model);
      assertThat(stats.path("available_cookies").isTextual()).isTrue();
      assertThat(stats.path("available_cookies").asText()).isEqualTo("1");
      assertThat(stats.path("total_quota").isNumber()).isTrue();
      JsonNode summary = server.call("GET", "/api/usage/summary", user, null).json().path("data");
      JsonNode untouched = summary.path("user_quotas").path(scene.model);
      assertThat(untouched.path("current_quota").isNumber())
          .as("an unused quota is in the summary: %s", summary)
          .isTrue();
      assertThat(untouched.path("max_quota").asDouble()).isEqualTo(1.0);
    }
  }

  @Test
  void accountAfterCooldownCountsInTheSharedPool() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(2)));
      assertThat(scene.chat(false).status()).isEqualTo(429);
      JsonNode coolingDown = inPool(scene);
      assertThat(coolingDown.path("status").asInt()).isZero();
      assertThat(coolingDown.path("earliest_reset_time").asText()).isNotEmpty();
      JsonNode ready =
          TestServer.eventually(
              () -> Optional.of(inPool(scene)).filter(row -> row.path("status").asInt() == 1));
      assertThat(ready.path("available_cookies").asText()).isEqualTo("1");
      assertThat(ready.path("earliest_reset_time").isNull()).isTrue();
    }
  }

  private static JsonNode inPool(PoolFixture scene) {
    return scene
        .server
        .call("GET", "/api/usage/shared-pool/stats", scene.admin, null)
        .json()
        .path("data")
        .path("quotas_by_model")
        .path(scene.model);
  }

  private static String channel(PoolFixture scene, String credential, String label) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(scene.server.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + credential)
            .header("X-Api-Type", label)
            .POST(HttpRequest.BodyPublishers.ofString(scene.body(false)))
            .build();
    String id = scene.server.send(request).header("x-request-id").orElseThrow();
    return scene.row(id).path("config_type").asText();
  }

  @Test
  void exportHasEveryRowAndNoFormula() {
    try (PoolFixture scene =
        new PoolFixture(1, "openai", "=cmd|' /C calc'!A0-" + UUID.randomUUID())) {
      String id = scene.chat(false).header("x-request-id").orElseThrow();
      scene.row(id);
      String query =
          "&model_name="
              + java.net.URLEncoder.encode(scene.model, java.nio.charset.StandardCharsets.UTF_8);
      TestServer.Response csv =
          server.call("GET", "/api/usage/export?format=csv" + query, scene.admin, null);
      assertThat(csv.header("content-disposition").orElseThrow()).contains("usage.csv");
      assertThat(csv.text().lines().count()).isEqualTo(2);
      assertThat(csv.text().lines().findFirst().orElseThrow().split(","))
          .as("one column for each field of a row")
          .hasSize(scene.row(id).size());
      assertThat(csv.text()).contains(id).contains("'=cmd|").doesNotContain(",=cmd");
      TestServer.Response jsonl =
          server.call("GET", "/api/usage/export?format=jsonl" + query, scene.admin, null);
      assertThat(jsonl.json().path("request_id").asText()).isEqualTo(id);
      String none =
          server
              .call("GET", "/api/usage/export?format=csv&model_name=nobody-asks", scene.admin, null)
              .text();
      assertThat(none).isEqualTo(csv.text().lines().findFirst().orElseThrow() + "\r\n");
      assertThat(server.call("GET", "/api/usage/export?format=xls", scene.admin, null).status())
          .isEqualTo(422);
    }
  }

  @Test
  void emptyExportHasItsHeader() {
    TestServer.Response csv = server.call("GET", "/api/usage/export?format=csv", user(), null);
    assertThat(csv.text())
        .startsWith("id,request_id,")
        .endsWith(",disputed,reported_input_tokens,reported_output_tokens\r\n")
        .hasLineCount(1);
  }

  @Test
  void statementShowsSharingWithoutNames() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String other = user();
      String key = server.key(other);
      for (int i = 0; i < 3; i++) {
        assertThat(server.call("POST", "/v1/chat/completions", key, scene.body(false)).status())
            .isEqualTo(200);
      }
      JsonNode statement =
          TestServer.eventually(
              () ->
                  Optional.of(
                          server
                              .call("GET", "/api/usage/statement", other, null)
                              .json()
                              .path("data"))
                      .filter(data -> data.path("drawn").path("requests").asInt() == 3));
      assertThat(statement.path("drawn").path("tokens").asLong()).isEqualTo(3 * 279);
      assertThat(statement.path("given").path("requests").asInt()).isZero();
      JsonNode rows =
          server.call("GET", "/api/plugin-api/quotas/consumption", other, null).json().path("data");
      assertThat(rows).hasSize(3);
      double before = rows.path(0).path("quota_before").asDouble();
      double after = rows.path(0).path("quota_after").asDouble();
      assertThat(before - after).isBetween(0.0, 0.0001);
      // Rows are newest first. Before the first request, the quota was at its base, 1.0000.
      assertThat(rows.path(2).path("quota_before").asText()).isEqualTo("1.0000");
      assertThat(statement.toString()).doesNotContain(scene.accounts.getFirst());

      assertThat(statement.at("/drawn_by_group/0/requests").asInt()).isEqualTo(3);
      assertThat(statement.path("opening").asDouble()).isZero();
      assertThat(statement.path("credited").asDouble()).as("the base quota").isEqualTo(1);
      assertThat(statement.path("closing").asDouble()).isBetween(0.9, 1.0);
      JsonNode month =
          server
              .call("GET", "/api/usage/statement/months?n=2", other, null)
              .json()
              .at("/data/months");
      assertThat(month).hasSize(2);
      assertThat(month.at("/0/drawn").asDouble() + month.at("/1/drawn").asDouble())
          .isEqualTo(statement.at("/drawn/cost").asDouble());
      JsonNode given =
          server
              .call("GET", "/api/usage/statement", scene.admin, null)
              .json()
              .at("/data/given_by_account");
      assertThat(given.findValuesAsText("cookie_id")).contains(scene.accounts.getFirst());
      JsonNode byKey = server.call("GET", "/api/usage/by/key", other, null).json().at("/data/0");
      assertThat(byKey.path("name").asText()).isEqualTo("test");
    }
  }

  @Test
  void chargedFailuresCountInEverySum() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String other = user();
      scene
          .upstream()
          .enqueue(Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.MID_STREAM)));
      server.call("POST", "/v1/chat/completions", server.key(other), scene.body(true));
      JsonNode row =
          TestServer.eventually(
              () ->
                  Optional.of(
                          server
                              .call("GET", "/api/usage/logs", other, null)
                              .json()
                              .at("/data/logs/0"))
                      .filter(JsonNode::isObject));
      assertThat(row.path("success").asBoolean()).isFalse();
      assertThat(row.path("quota_consumed").asDouble()).isPositive();
      assertThat(
              server
                  .call("GET", "/api/plugin-api/quotas/consumption", other, null)
                  .json()
                  .path("data"))
          .hasSize(1);
      JsonNode drawn = statement(other).path("drawn");
      assertThat(drawn.path("cost").asDouble()).isEqualTo(row.path("cost").asDouble());
      assertThat(drawn.path("tokens").asLong()).isEqualTo(row.path("total_tokens").asLong());
    }
  }

  @Test
  void statementKeepsDeletedAccounts() throws IOException {
    String owner = user();
    String model = "gpt-4.1-" + UUID.randomUUID();
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String account =
          server
              .call(
                  "POST",
                  "/api/plugin-api/accounts",
                  owner,
                  """
                  {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-upstream-secret",
                   "models":["%s"],"is_shared":1}
                  """
                      .formatted(upstream.address(), model))
              .json()
              .at("/data/cookie_id")
              .asText();
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(model);
      for (String person : new String[] {owner, user()}) {
        assertThat(server.call("POST", "/v1/chat/completions", server.key(person), body).status())
            .isEqualTo(200);
      }
      JsonNode before =
          TestServer.eventually(
              () ->
                  Optional.of(statement(owner)).filter(s -> s.at("/given/requests").asInt() == 1));
      assertThat(before.at("/drawn/requests").asInt())
          .as("requests to own accounts are not drawn")
          .isZero();
      server.call("DELETE", "/api/plugin-api/accounts/" + account, owner, null);
      JsonNode after = statement(owner);
      assertThat(after.path("given")).isEqualTo(before.path("given"));
      assertThat(after.path("drawn")).isEqualTo(before.path("drawn"));
    }
  }

  private JsonNode statement(String user) {
    return server.call("GET", "/api/usage/statement", user, null).json().path("data");
  }

  @Test
  void statementIsInTheCallersLanguage() {
    String user = user();
    assertThat(statement(user).path("summary").asText())
        .contains("Your accounts served 0 requests");
    assertThat(server.callInChinese("GET", "/api/usage/statement", user, null).text())
        .contains("您的账号处理了 0 个请求");
    assertThat(server.callInChinese("GET", "/api/usage/share", user, null).text())
        .contains("权重为 1");
  }

  @Test
  void requestAboveMaxCostIsNotSent() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.Response refused = chatWithMaxCost(scene, "0.000001");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().path("error").path("code").asText()).isEqualTo("max_cost_exceeded");
      assertThat(scene.upstream().requests()).isEmpty();
      assertThat(chatWithMaxCost(scene, "5").status()).isEqualTo(200);
      assertThat(chatWithMaxCost(scene, "cheap").status()).isEqualTo(400);
    }
  }

  @Test
  void maxCostAppliesToTheServingAccount() {
    try (PoolFixture scene = new PoolFixture(2)) {
      String price =
          "[{\"model\":\"%s\",\"account\":\"%s\",\"input\":1000,\"output\":1000}]"
              .formatted(scene.model, scene.accounts.getFirst());
      assertThat(server.call("PUT", "/api/admin/prices", scene.admin, price).status())
          .isEqualTo(200);
      assertThat(chatWithMaxCost(scene, "5").status()).isEqualTo(200);
      assertThat(scene.upstreams.getFirst().requests()).isEmpty();
      assertThat(scene.upstreams.getLast().requests()).hasSize(1);
      server.call("PUT", "/api/admin/prices", scene.admin, "[]");
    }
  }

  private TestServer.Response chatWithMaxCost(PoolFixture scene, String maxCost) {
    return server.send(
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
            .header("authorization", "Bearer " + scene.key)
            .header("x-potluck-max-cost", maxCost)
            .POST(HttpRequest.BodyPublishers.ofString(scene.body(false)))
            .build());
  }

  @Test
  void previewShowsTheCostRange() {
    try (PoolFixture scene = new PoolFixture(1)) {
      JsonNode preview =
          server
              .call("POST", "/api/usage/preview", scene.key, scene.body(false))
              .json()
              .path("data");
      assertThat(preview.path("input_tokens").asLong()).isPositive();
      assertThat(preview.path("quota_left").asText())
          .as("quota_left of an unused quota")
          .isNotEmpty();
      assertThat(preview.path("most").path("cost").asDouble())
          .isGreaterThan(preview.path("least").path("cost").asDouble());
      assertThat(scene.upstream().requests()).isEmpty();
    }
  }

  @Test
  void adminPricesTakePrecedence() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String price = "[{\"model\":\"%s\",\"input\":1000,\"output\":0}]".formatted(scene.model);
      assertThat(server.call("PUT", "/api/admin/prices", scene.admin, price).status())
          .isEqualTo(200);
      String id = scene.chat(false).header("x-request-id").orElseThrow();
      assertThat(scene.row(id).path("cost").asDouble()).isEqualTo(0.219);
      assertThat(server.call("PUT", "/api/admin/prices", scene.admin, "[]").status())
          .isEqualTo(200);
      assertThat(server.call("PUT", "/api/admin/prices", scene.admin, "[{\"input\":1}]").text())
          .contains("names no model");
    }
  }

  @Test
  void prepaidQuotaIsSpentLast() {
    try (PoolFixture scene = new PoolFixture(1);
        Own own = new Own()) {
      String admin = own.server.admin();
      String name = "p-" + UUID.randomUUID();
      JsonNode made =
          own.server
              .call(
                  "POST",
                  "/api/admin/users",
                  admin,
                  "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name))
              .json();
      own.server.account(scene.upstream(), scene.model);
      String key = own.server.key(own.server.login(name, "a-password-of-my-own"));
      String body = scene.body(false);
      TestServer.Response withoutQuota = own.server.call("POST", "/v1/chat/completions", key, body);
      assertThat(withoutQuota.status()).as(withoutQuota.text()).isEqualTo(429);
      assertThat(withoutQuota.text()).contains("Your quota for");
      assertThat(
              own.server.call("POST", "/v1/chat/completions", key, withUnknownModel(body)).status())
          .isEqualTo(404);
      TestServer.Response granted =
          own.server.call(
              "POST",
              "/api/admin/users/" + made.path("id").asLong() + "/grants",
              admin,
              "{\"model_name\":\"%s\",\"quota\":1}".formatted(scene.model));
      assertThat(granted.status()).as(granted.text()).isEqualTo(201);
      TestServer.Response served = own.server.call("POST", "/v1/chat/completions", key, body);
      assertThat(served.status()).as(served.text()).isEqualTo(200);
      TestServer.eventually(
          () ->
              own.server
                          .call("GET", "/api/usage/logs?all=1", admin, null)
                          .json()
                          .path("data")
                          .path("pagination")
                          .path("total")
                          .asInt()
                      > 0
                  ? Optional.of(1)
                  : Optional.empty());
      assertThat(
              own.server.call("GET", "/api/admin/ledger/verify", admin, null).json().path("wrong"))
          .isEmpty();
    }
  }

  private static String withUnknownModel(String body) {
    return body.replace("\"model\":\"", "\"model\":\"no-");
  }

  /** The user prefers shared accounts but has no quota for them, so the own account serves. */
  @Test
  void ownAccountsServeWithoutQuota() throws IOException {
    try (PoolFixture scene = new PoolFixture(1);
        FakeUpstream mine = FakeUpstream.start();
        Own own = new Own()) {
      own.server.account(scene.upstream(), scene.model);
      String token = own.server.user("owner");
      String key = own.server.key(token);
      assertThat(
              own.server
                  .call("PUT", "/api/plugin-api/preference", token, "{\"prefer_shared\":1}")
                  .status())
          .isEqualTo(200);
      String account =
          """
          {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-mine",
           "models":["%s"],"is_shared":0}
          """
              .formatted(mine.address(), scene.model);
      assertThat(own.server.call("POST", "/api/plugin-api/accounts", token, account).status())
          .isEqualTo(200);
      TestServer.Response served =
          own.server.call("POST", "/v1/chat/completions", key, scene.body(false));
      assertThat(served.status()).as(served.text()).isEqualTo(200);
      assertThat(mine.requests()).hasSize(1);
      assertThat(scene.upstream().requests()).isEmpty();
    }
  }

  /** A server whose users have no quota unless they share an account. */
  private static final class Own implements AutoCloseable {
    final TestServer server = TestServer.start(java.util.Map.of("QUOTA_BASE_PERCENT", "0"));

    @Override
    public void close() {
      server.close();
    }
  }

  private String user() {
    String name = "u-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return server.login(name, "a-password-of-my-own");
  }
}
