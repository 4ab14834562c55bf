package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.settings.SecretFiles;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Routes that add, change, test, import and export accounts of the caller. */
class AccountsIT {
  private final TestServer server = TestServer.shared();

  @Test
  void credentialWithInvalidHeaderCharactersIsRefused() {
    for (String key : new String[] {"sk-abc…", "sk abc", "sk-\u00e9"}) {
      TestServer.Response said =
          server.call(
              "POST",
              "/api/plugin-api/accounts",
              server.admin(),
              "{\"provider\":\"openai\",\"api_key\":\"%s\",\"models\":[\"m\"]}".formatted(key));
      assertThat(said.status()).isEqualTo(400);
      assertThat(said.text()).contains("api_key");
    }
  }

  @Test
  void accountIsChangedAndItsSecretIsNeverShown() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.Response changed =
          put(
              scene,
              "",
              "{\"name\":\"new\",\"weight\":7,\"max_concurrency\":3,\"api_key\":\"sk-other-secret\"}");
      assertThat(changed.status()).isEqualTo(200);
      JsonNode account = changed.json().path("data");
      assertThat(account.path("name").asText()).isEqualTo("new");
      assertThat(account.path("weight").asInt()).isEqualTo(7);
      assertThat(account.path("is_shared").asInt()).isEqualTo(1);
      assertThat(changed.text()).doesNotContain("secret");
      assertThat(scene.chat(false).status()).isEqualTo(200);
      assertThat(
              scene.upstream().requests().getLast().request().header("authorization").orElseThrow())
          .isEqualTo("Bearer sk-other-secret");
      assertThat(put(scene, "", "{\"weight\":0}").status()).isEqualTo(400);
      assertThat(put(scene, "", "{\"provider\":\"openai\"}").status()).isEqualTo(400);
      assertThat(
              server
                  .call(
                      "PUT",
                      "/api/plugin-api/accounts/" + scene.accounts.getFirst(),
                      otherUser(),
                      "{\"name\":\"mine\"}")
                  .status())
          .isEqualTo(404);
    }
  }

  @Test
  void accountsPerUserAreLimited() {
    TestServer small = TestServer.start(Map.of("ACCOUNTS_PER_USER", "2"));
    try {
      String one = "{\"provider\":\"openai\",\"api_key\":\"sk-x\",\"models\":[\"m\"]}";
      String owner = small.user("brings-many");
      String three = "{\"accounts\":[%1$s,%1$s,%1$s]}".formatted(one);
      TestServer.Response dryRun =
          small.call("POST", "/api/plugin-api/accounts-file?dry_run=1", owner, three);
      assertThat(dryRun.json().at("/lines/1/ok").asBoolean()).isTrue();
      assertThat(dryRun.json().at("/lines/2/ok").asBoolean())
          .as("the dry run applies the limit")
          .isFalse();
      TestServer.Response some = small.call("POST", "/api/plugin-api/accounts-file", owner, three);
      assertThat(some.json().path("added").asInt()).isEqualTo(2);
      assertThat(some.json().at("/lines/2/error").asText()).contains("2");
      TestServer.Response more =
          small.callInChinese("POST", "/api/plugin-api/accounts", owner, one);
      assertThat(more.status()).isEqualTo(400);
      assertThat(more.text()).contains("账号数量已达上限 2");
    } finally {
      small.close();
    }
  }

  @Test
  void fileDryRunAddsNothing() {
    String user = otherUser();
    for (String yes : new String[] {"1", "true", "True"}) {
      TestServer.Response said =
          server.call(
              "POST",
              "/api/plugin-api/accounts-file?dry_run=" + yes,
              user,
              "{\"accounts\":[{\"provider\":\"openai\",\"api_key\":\"sk-x\",\"models\":[\"m\"]}]}");
      assertThat(said.json().path("dry_run").asBoolean()).isTrue();
    }
    assertThat(server.call("GET", "/api/plugin-api/accounts", user, null).json().path("data"))
        .isEmpty();
  }

  @Test
  void headerFlagAcceptsOneAndTrue() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String key = server.key(otherUser());
      for (String yes : new String[] {"1", "true", "TRUE"}) {
        TestServer.Response said =
            server.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
                    .header("authorization", "Bearer " + key)
                    .header("X-Use-Only-Dedicated", yes)
                    .POST(HttpRequest.BodyPublishers.ofString(scene.body(false)))
                    .build());
        assertThat(said.status()).as("the user has no dedicated account").isEqualTo(404);
      }
      assertThat(scene.upstream().requests()).isEmpty();
    }
  }

  @Test
  void accountShowsItsLastUse() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String path = "/api/plugin-api/accounts/" + scene.accounts.getFirst();
      assertThat(
              server.call("GET", path, scene.admin, null).json().at("/data/last_used_at").isNull())
          .isTrue();
      assertThat(scene.chat(false).status()).isEqualTo(200);
      TestServer.eventually(
          () ->
              Optional.of(
                      server.call("GET", path, scene.admin, null).json().at("/data/last_used_at"))
                  .filter(JsonNode::isTextual));
    }
  }

  @Test
  void accountTestCallsTheProvider() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.Response bare =
          server.call(
              "POST",
              "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/test",
              scene.admin,
              null);
      assertThat(bare.json().at("/data/served").asBoolean()).as("a test without a body").isTrue();
      JsonNode healthy = test(scene);
      assertThat(healthy.path("served").asBoolean()).isTrue();
      assertThat(healthy.path("status").asInt()).isEqualTo(200);
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.status(401)));
      JsonNode refused = test(scene);
      assertThat(refused.path("served").asBoolean()).isFalse();
      assertThat(refused.path("status").asInt()).isEqualTo(401);
      assertThat(refused.path("error").asText()).isNotEmpty().doesNotContain("sk-upstream");
    }
  }

  @Test
  void modelOfAnAccountIsSwitchedOffAndOn() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.Response off = put(scene, "/quotas/" + scene.model + "/status", "{\"status\":0}");
      assertThat(off.json().path("data").path("status").asInt()).isZero();
      assertThat(scene.chat(false).status()).isEqualTo(404);
      assertThat(
              server
                  .call(
                      "GET",
                      "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/quotas",
                      scene.admin,
                      null)
                  .json()
                  .path("data")
                  .path(0)
                  .path("status")
                  .asInt())
          .isZero();
      put(scene, "/quotas/" + scene.model + "/status", "{\"status\":1}");
      assertThat(scene.chat(false).status()).isEqualTo(200);
      assertThat(put(scene, "/quotas/no-such-model/status", "{\"status\":1}").status())
          .isEqualTo(404);
    }
  }

  @Test
  void credentialsAreResealedWithTheNewestKeyWhileRunning() {
    String old = SecretFiles.newKey();
    String fresh = SecretFiles.newKey();
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer first = server.secondNode(Map.of("PLUGIN_API_ENCRYPTION_KEY", old));
      String id =
          first
              .call(
                  "POST",
                  "/api/plugin-api/accounts",
                  scene.admin,
                  "{\"provider\":\"openai-compatible\",\"base_url\":\"%s/v1\",\"api_key\":\"sk-old\",\"models\":[\"resealed\"]}"
                      .formatted(scene.upstream().address()))
              .json()
              .path("data")
              .path("cookie_id")
              .asText();
      first.close();
      TestServer both = server.secondNode(Map.of("PLUGIN_API_ENCRYPTION_KEY", fresh + "," + old));
      assertThat(chat(both, scene)).isEqualTo(200);
      TestServer.eventually(
          () -> {
            TestServer only = server.secondNode(Map.of("PLUGIN_API_ENCRYPTION_KEY", fresh));
            int status = chat(only, scene);
            only.close();
            return status == 200 ? Optional.of(1) : Optional.empty();
          });
      both.call("DELETE", "/api/plugin-api/accounts/" + id, scene.admin, null);
      both.close();
    }
  }

  private static int chat(TestServer node, PoolFixture scene) {
    return node.call(
            "POST",
            "/v1/chat/completions",
            scene.key,
            "{\"model\":\"resealed\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
        .status();
  }

  @Test
  void fileImportJudgesEachLineByItself() {
    String token = otherUser();
    String two =
        """
        {"accounts":[
          {"provider":"openai","api_key":"sk-secret-one","models":["a"],"name":"=cmd"},
          {"provider":"no-such","api_key":"x"},
          {"provider":"openai-compatible","api_key":"x","models":["b"]}]}
        """;
    JsonNode dryRun =
        server.call("POST", "/api/plugin-api/accounts-file?dry_run=1", token, two).json();
    assertThat(dryRun.path("added").asInt()).isZero();
    assertThat(dryRun.path("lines").path(0).path("ok").asBoolean()).isTrue();
    assertThat(dryRun.path("lines").path(1).path("error").asText()).contains("openai");
    JsonNode report = server.call("POST", "/api/plugin-api/accounts-file", token, two).json();
    assertThat(report.path("added").asInt()).isEqualTo(1);
    TestServer.Response csv =
        server.call("GET", "/api/plugin-api/accounts-file?format=csv", token, null);
    assertThat(csv.text()).contains("\"'=cmd\"").doesNotContain("sk-secret");
    assertThat(server.call("GET", "/api/plugin-api/accounts-file", token, null).text())
        .contains("\"models\":[\"a\"]")
        .doesNotContain("sk-secret");
  }

  @Test
  void exportedCsvCanBeImportedWithCredentials() {
    String token = otherUser();
    String table =
        "api_key,provider,name,models,model_map,is_shared,reserve,weight\r\n"
            + "sk-one,openai,\"a, \"\"b\"\"\",m1 m2,x=y z=w,1,0.25,3\r\n"
            + ",openai,keyless,m1,,,,\r\n"
            + "\r\n";
    JsonNode report = importCsv(token, table).json();
    assertThat(report.path("added").asInt()).isEqualTo(1);
    assertThat(report.path("lines").path(1).path("error").asText()).contains("api_key");
    TestServer.Response xml =
        server.call("GET", "/api/plugin-api/accounts-file?format=xml", token, null);
    assertThat(xml.status()).isEqualTo(422);
    String out = server.call("GET", "/api/plugin-api/accounts-file?format=csv", token, null).text();
    assertThat(out)
        .startsWith("provider,name,base_url,models,model_map,")
        .contains("\"a, \"\"b\"\"\"", "m1 m2", "x=y z=w", ",1,0,3,0,0.25")
        .doesNotContain("sk-one");
    assertThat(
            importCsv(
                    token,
                    out.replace("reserve\r\n", "reserve,api_key\r\n")
                        .replace("0.25\r\n", "0.25,sk-two\r\n"))
                .json()
                .path("added")
                .asInt())
        .isEqualTo(1);
    assertThat(importCsv(token, "provider,colour\r\nopenai,red\r\n").text()).contains("colour");
    assertThat(importCsv(token, "provider,weight\r\nopenai,heavy\r\n").status()).isEqualTo(400);
    for (String broken : new String[] {"provider,weight\r\nopenai,1,2\r\n", "provider\r\n\"open"}) {
      TestServer.Response said = importCsv(token, broken);
      assertThat(said.status()).as(said.text()).isEqualTo(400);
      assertThat(said.text()).contains("The table cannot be read");
    }
  }

  @Test
  void csvFormulasAreEscapedAndRestored() {
    String token = otherUser();
    List<String> names = List.of("=1+1", "'=1", "''+x", "'quoted'", "-5", "@me", "plain");
    for (String name : names) {
      server.call(
          "POST",
          "/api/plugin-api/accounts",
          token,
          "{\"provider\":\"openai\",\"api_key\":\"sk-one\",\"models\":[\"a\"],\"name\":\"%s\"}"
              .formatted(name));
    }
    String out = server.call("GET", "/api/plugin-api/accounts-file?format=csv", token, null).text();
    assertThat(out).contains("'=1+1", "''=1", "'''+x", "'@me").doesNotContain(",=", ",@");
    String keyed =
        out.replace("reserve\r\n", "reserve,api_key\r\n").replace("0.0\r\n", "0.0,sk-x\r\n");
    assertThat(importCsv(token, keyed).json().path("added").asInt()).isEqualTo(names.size());
    List<String> all =
        server
            .call("GET", "/api/plugin-api/accounts", token, null)
            .json()
            .path("data")
            .findValuesAsText("name");
    assertThat(all).hasSize(2 * names.size());
    names.forEach(name -> assertThat(all).filteredOn(name::equals).hasSize(2));
  }

  private TestServer.Response importCsv(String token, String table) {
    return server.send(
        java.net.http.HttpRequest.newBuilder(
                java.net.URI.create(server.url() + "/api/plugin-api/accounts-file"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "text/csv; charset=utf-8")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(table))
            .build());
  }

  private TestServer.Response put(PoolFixture scene, String below, String body) {
    return server.call(
        "PUT", "/api/plugin-api/accounts/" + scene.accounts.getFirst() + below, scene.admin, body);
  }

  private JsonNode test(PoolFixture scene) {
    return server
        .call(
            "POST",
            "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/test",
            scene.admin,
            "{}")
        .json()
        .path("data");
  }

  private String otherUser() {
    String name = "s-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return server.login(name, "a-password-of-my-own");
  }
}
