package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.server.testing.TestServer;

/** Invalid bodies and parameters: null in lists, wrong types, and values that cannot be stored. */
class InvalidBodiesIT {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/api/plugin-api/accounts; {'provider':'openai','api_key':'sk-x','models':[null]}",
        "/api/plugin-api/accounts; {'provider':'openai','api_key':'sk-x','model_map':{'a':null}}",
        "/api/plugin-api/accounts-file; {'accounts':[null]}",
        "/api/api-keys; {'allowed_models':[null]}",
        "/api/api-keys; {'allowed_addresses':[null]}"
      })
  void nullInAListIsRefused(String path, String body) {
    String user = server.user("odd-" + UUID.randomUUID());
    TestServer.Response said = server.call("POST", path, user, body.replace('\'', '"'));
    assertThat(said.status()).as(said.text()).isEqualTo(422);
    assertThat(said.text()).contains("null");
    TestServer.Response accounts = server.call("GET", "/api/plugin-api/accounts", user, null);
    assertThat(accounts.json().at("/data")).isEmpty();
    assertThat(server.call("GET", "/api/api-keys", user, null).json()).isEmpty();
  }

  @Test
  void numberIsNoBoolean() {
    String user = server.user("odd-" + UUID.randomUUID());
    TestServer.Response said = server.call("POST", "/api/api-keys", user, "{\"only_dedicated\":1}");
    assertThat(said.status()).isEqualTo(422);
    assertThat(said.text()).contains("only_dedicated");
  }

  @Test
  void nullInTheTableDoesNotBreakReading() throws Exception {
    String user = server.user("odd-" + UUID.randomUUID());
    String id =
        server
            .call(
                "POST",
                "/api/plugin-api/accounts",
                user,
                "{\"provider\":\"openai\",\"api_key\":\"sk-x\",\"models\":[\"m\"]}")
            .json()
            .at("/data/cookie_id")
            .asText();
    try (var connection = server.database().source().getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE accounts SET models = '{m,NULL}', model_map = '{\"a\":null}' WHERE cookie_id = ?")) {
      update.setString(1, id);
      update.executeUpdate();
    }
    TestServer.Response listed = server.call("GET", "/api/plugin-api/accounts", user, null);
    assertThat(listed.json().at("/data/0/models").toString()).isEqualTo("[\"m\"]");
    server.call("DELETE", "/api/plugin-api/accounts/" + id, user, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[]; the body must be a JSON object",
        "'\"x\"'; the body must be a JSON object",
        "{\"trust_level\":2.7}; trust_level must be a whole number",
        "{\"trust_level\":1e30}; trust_level must be a whole number",
        "{\"trust_level\":\"\"}; trust_level must be a whole number",
        "{\"trust_level\":true}; trust_level must be a whole number",
        "{\"username\":[\"a\"]}; username must be a text",
        "{\"username\":false}; username must be a text",
        "{\"username\":123}; username must be a text",
        "{\"user_name\":\"ann\"}; there is no field user_name",
        "{\"username\":; no JSON",
        "''; it is empty"
      })
  void wrongTypeIsNamedByItsJsonPath(String body, String why) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + "/api/admin/users"))
            .header("Authorization", "Bearer " + server.admin())
            .header("Accept-Language", "en")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    TestServer.Response said = server.send(request);
    assertThat(said.status()).isEqualTo(422);
    assertThat(said.text()).contains(why).doesNotContain("potluck.", "java.", "JsonToken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "GET;/api/admin/users?search=%00;",
        "POST;/api/api-keys;{\"name\":\"a\\u0000\"}",
        "POST;/api/api-keys;{\"expires_at\":\"+999999999-01-01T00:00:00Z\"}",
        "POST;/api/api-keys;{\"expires_at\":\"-5000-01-01T00:00:00Z\"}",
        "GET;/api/usage/logs?start_date=%2B999999999-01-01T00:00:00Z;",
        "GET;/api/usage/logs?model_name=%00;",
        "GET;/api/usage/logs?success=perhaps;",
        "POST;/api/admin/users/1/grants;{\"model_name\":\"m\",\"quota\":1e-9}",
        "POST;/api/admin/users/1/grants;{\"model_name\":\"\",\"quota\":1}",
        "POST;/api/admin/users/1/grants;{\"model_name\":\"m\",\"quota\":1,\"expires_at\":\"2020-01-01\"}"
      })
  void unstorableValueIs422(String method, String path, String body) {
    TestServer.Response said = server.call(method, path, server.admin(), body);
    assertThat(said.status()).as(said.text()).isEqualTo(422);
  }

  @Test
  void modelNamesAreValidatedAndUnique() {
    String user = server.user("odd-" + UUID.randomUUID());
    for (String models :
        new String[] {"[\"\"]", "[\"a\\u0000\"]", "[\"" + "m".repeat(257) + "\"]"}) {
      TestServer.Response said =
          server.call(
              "POST",
              "/api/plugin-api/accounts",
              user,
              "{\"provider\":\"openai\",\"api_key\":\"sk-x\",\"models\":%s}".formatted(models));
      assertThat(said.status()).as(said.text()).isEqualTo(400);
    }
    TestServer.Response twice =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            user,
            "{\"provider\":\"openai\",\"api_key\":\"sk-x\",\"models\":[\"m\",\"m\"]}");
    assertThat(twice.json().at("/data/models").toString()).isEqualTo("[\"m\"]");
    assertThat(twice.json().path("data").has("project_id_0")).isTrue();
  }

  @Test
  void keyTextsAreLimited() {
    String user = server.user("odd-" + UUID.randomUUID());
    for (String field : new String[] {"name", "description", "config_type"}) {
      TestServer.Response said =
          server.call(
              "POST", "/api/api-keys", user, "{\"%s\":\"%s\"}".formatted(field, "x".repeat(5000)));
      assertThat(said.status()).isEqualTo(422);
      assertThat(said.text()).contains(field);
    }
    assertThat(
            server
                .call("POST", "/api/api-keys", user, "{\"limits\":{\"requests_per_minute\":2.5}}")
                .status())
        .isEqualTo(422);
    TestServer.Response limited =
        server.call(
            "POST",
            "/api/api-keys",
            user,
            "{\"limits\":{\"requests_per_day\":null,\"usd_total\":2.5},\"config_type\":\" \"}");
    assertThat(limited.json().path("limits").toString()).isEqualTo("{\"usd_total\":2.5}");
    assertThat(limited.json().path("config_type").asText()).isEqualTo("antigravity");
  }
}
