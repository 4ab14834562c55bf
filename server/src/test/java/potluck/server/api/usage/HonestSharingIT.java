package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/** A shared account brings quota only for models that it was seen to serve. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HonestSharingIT {
  private TestServer server;
  private int users;

  @BeforeAll
  void start() {
    server = TestServer.start(Map.of("TEST_NEW_ACCOUNTS", "true"));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void accountThatAnswersItsTestBringsQuota() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String owner = owner();
      String account = share(owner, upstream.address() + "/v1", "sk-good", "model-good");
      awaitCeiling(owner, "model-good", 3.0);
      assertThat(row(owner, account).path("untried").asBoolean(true)).isFalse();
    }
  }

  @Test
  void accountThatRefusesItsTestBringsNothingUntilItServes()
      throws IOException, InterruptedException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      upstream.setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(1)));
      String owner = owner();
      String account = share(owner, upstream.address() + "/v1", "sk-refused", "model-refused");
      assertThat(upstream.takeRequest().request().text()).contains("model-refused");
      assertThat(ceiling(owner, "model-refused")).isEqualTo(1.0);
      assertThat(row(owner, account).path("untried").asBoolean()).isTrue();

      upstream.setDefaultScript(Script.PLAIN);
      String path = "/api/plugin-api/accounts/" + account + "/test";
      assertThat(server.call("POST", path, owner, "{}").json().at("/data/served").asBoolean())
          .isTrue();
      assertThat(ceiling(owner, "model-refused")).as("in the answer of the test").isEqualTo(3.0);
    }
  }

  @Test
  void accountWithMadeUpCredentialsBringsNothingHoweverOftenItIsShared() {
    String owner = owner();
    for (int i = 0; i < 3; i++) {
      // Port 9 (discard) is closed: the account does not exist.
      String account = share(owner, "http://127.0.0.1:9/v1", "sk-made-up-" + i, "model-made-up");
      server.call(
          "PUT", "/api/plugin-api/accounts/" + account + "/type", owner, "{\"is_shared\":0}");
      server.call(
          "PUT", "/api/plugin-api/accounts/" + account + "/type", owner, "{\"is_shared\":1}");
      assertThat(row(owner, account).path("untried").asBoolean()).isTrue();
    }
    assertThat(ceiling(owner, "model-made-up")).isEqualTo(1.0);
  }

  @Test
  void newAddressMustServeAgainBeforeItCounts() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String owner = owner();
      String account = share(owner, upstream.address() + "/v1", "sk-moves", "model-moves");
      awaitCeiling(owner, "model-moves", 3.0);
      server.call(
          "PUT",
          "/api/plugin-api/accounts/" + account,
          owner,
          "{\"base_url\":\"http://127.0.0.1:9/v1\"}");
      awaitCeiling(owner, "model-moves", 1.0);
    }
  }

  @Test
  void accountThatFailsForAnHourCountsAgainWhenItServes() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String owner = owner();
      String account = share(owner, upstream.address() + "/v1", "sk-fails", "model-fails");
      awaitCeiling(owner, "model-fails", 3.0);
      server.execute(
          "UPDATE accounts SET failing_since = now() - interval '61 minutes' WHERE cookie_id = '"
              + account
              + "'");
      rename(owner, account);
      awaitCeiling(owner, "model-fails", 1.0);
      String path = "/api/plugin-api/accounts/" + account + "/test";
      assertThat(server.call("POST", path, owner, "{}").status()).isEqualTo(200);
      assertThat(ceiling(owner, "model-fails")).isEqualTo(3.0);
    }
  }

  /** Any change of an account lets its contribution be reconciled. */
  private void rename(String owner, String account) {
    String path = "/api/plugin-api/accounts/" + account + "/name";
    assertThat(server.call("PUT", path, owner, "{\"name\":\"other\"}").status()).isEqualTo(200);
  }

  private void awaitCeiling(String owner, String model, double expected) {
    TestServer.eventually(
        () -> Optional.of(ceiling(owner, model)).filter(ceiling -> ceiling == expected));
  }

  private String owner() {
    return server.user("sharer-" + ++users);
  }

  private String share(String owner, String address, String key, String model) {
    TestServer.Response added =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            owner,
            """
            {"provider":"openai-compatible","base_url":"%s","api_key":"%s","models":["%s"],"is_shared":1}
            """
                .formatted(address, key, model));
    assertThat(added.status()).as(added.text()).isEqualTo(200);
    return added.json().at("/data/cookie_id").asText();
  }

  private JsonNode row(String owner, String account) {
    return server
        .call("GET", "/api/plugin-api/accounts/" + account, owner, null)
        .json()
        .path("data");
  }

  private double ceiling(String owner, String model) {
    for (JsonNode quota :
        server.call("GET", "/api/plugin-api/quotas/user", owner, null).json().path("data")) {
      if (quota.path("model_name").asText().equals(model)) {
        return quota.path("max_quota").asDouble();
      }
    }
    return 1.0;
  }
}
