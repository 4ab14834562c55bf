package potluck.server.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.server.api.plugin.PoolAndBackend.Person;
import potluck.server.testing.TestServer;

/** Errors and retries if the Plug-in service is unreachable or refuses a user's key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginOutageIT {
  private final PoolAndBackend pair = new PoolAndBackend(Map.of("REGISTRATION", "open"));
  private final TestServer server = pair.backend;

  @AfterAll
  void close() {
    pair.close();
  }

  @Test
  void unavailableServiceDelaysNobodyAndIsRetriedAtLogin() {
    Person early = pair.person();
    awaitPluginUser(early.token());
    String key = server.key(early.token());
    pair.stop();

    String late = "l-" + UUID.randomUUID();
    TestServer.Response registered =
        server.call("POST", "/api/auth/register", null, PoolAndBackend.named(late));
    assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    assertThat(server.login(early.name(), PoolAndBackend.PASSWORD)).isNotEmpty();
    String token = server.login(late, PoolAndBackend.PASSWORD);
    assertThat(server.call("GET", "/api/plugin-api/key", token, null).status()).isEqualTo(404);

    for (String credential : new String[] {key, server.key(token)}) {
      TestServer.Response openAi = chat("/v1/chat/completions", credential);
      assertThat(openAi.status()).as(openAi.text()).isEqualTo(503);
      assertThat(openAi.json().at("/error/message").asText()).contains("Plug-in service");
      assertThat(openAi.header("retry-after")).isPresent();
      TestServer.Response anthropic = chat("/v1/messages", credential);
      assertThat(anthropic.status()).isEqualTo(503);
      assertThat(anthropic.json().path("type").asText()).isEqualTo("error");
      TestServer.Response gemini =
          server.call(
              "POST",
              "/v1beta/models/m:generateContent",
              credential,
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
      assertThat(gemini.status()).isEqualTo(503);
      assertThat(gemini.json().at("/error/status").asText()).isEqualTo("UNAVAILABLE");
      TestServer.Response models = server.call("GET", "/v1/models", credential, null);
      assertThat(models.status()).isEqualTo(503);
      assertThat(models.json().at("/error/message").asText()).contains("Plug-in service");
    }
    TestServer.Response accounts =
        server.callInChinese("GET", "/api/plugin-api/accounts", early.token(), null);
    assertThat(accounts.status()).isEqualTo(503);
    assertThat(accounts.json().path("detail").asText()).contains("Plug-in 服务");
    assertThat(server.call("GET", "/api/health", null, null).status()).isEqualTo(200);
    assertThat(server.call("GET", "/readyz", null, null).status()).isEqualTo(200);

    pair.restart();
    assertThat(server.call("GET", "/api/plugin-api/accounts", early.token(), null).status())
        .isEqualTo(200);
    String again = server.login(late, PoolAndBackend.PASSWORD);
    TestServer.eventually(
        () ->
            Optional.of(pair.service.call("GET", "/api/users", TestServer.PLUGIN_SERVICE_KEY, null))
                .filter(said -> said.json().path("data").findValuesAsText("name").contains(late)));
    awaitPluginUser(again);
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(404);
  }

  @Test
  void keyRefusedByTheServiceIs502UntilTheNextLogin() {
    Person person = pair.person();
    String id = awaitPluginUser(person.token());
    String key = server.key(person.token());
    TestServer.Response changed =
        pair.service.call(
            "POST", "/api/users/" + id + "/regenerate-key", TestServer.PLUGIN_SERVICE_KEY, null);
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);

    TestServer.Response accounts =
        server.call("GET", "/api/plugin-api/accounts", person.token(), null);
    assertThat(accounts.status()).isEqualTo(502);
    assertThat(accounts.json().path("detail").asText()).contains("Log in again");
    TestServer.Response chat = chat("/v1/messages", key);
    assertThat(chat.status()).as(chat.text()).isEqualTo(502);
    assertThat(chat.json().at("/error/message").asText()).contains("Log in again");

    server.login(person.name(), PoolAndBackend.PASSWORD);
    TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/api/plugin-api/accounts", person.token(), null))
                .filter(said -> said.status() == 200));
    assertThat(awaitPluginUser(person.token())).isEqualTo(id);
    TestServer.Response unknown = chat("/v1/messages", key);
    assertThat(unknown.status()).as(unknown.text()).isEqualTo(404);

    assertThat(
            pair.service
                .call("DELETE", "/api/users/" + id, TestServer.PLUGIN_SERVICE_KEY, null)
                .status())
        .isEqualTo(200);
    server.login(person.name(), PoolAndBackend.PASSWORD);
    TestServer.eventually(
        () -> Optional.of(awaitPluginUser(person.token())).filter(other -> !other.equals(id)));
  }

  @Test
  void modelCallCreatesTheMissingPluginUser() {
    pair.stop();
    Person person = pair.person();
    String key = server.key(person.token());
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(503);
    pair.restart();
    TestServer.eventually(
        () -> Optional.of(chat("/v1/chat/completions", key)).filter(said -> said.status() == 404));
    awaitPluginUser(person.token());
  }

  @Test
  void keyOfARemovedUserIsRefused() {
    Person person = pair.person();
    awaitPluginUser(person.token());
    String key = server.key(person.token());
    long id = server.call("GET", "/api/auth/me", person.token(), null).json().path("id").asLong();
    assertThat(server.call("DELETE", "/api/admin/users/" + id, server.admin(), null).status())
        .isEqualTo(200);
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(401);
  }

  private TestServer.Response chat(String path, String credential) {
    return server.call(
        "POST",
        path,
        credential,
        "{\"model\":\"no-such-model\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
  }

  private String awaitPluginUser(String token) {
    return TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/api/plugin-api/key", token, null))
                .filter(said -> said.status() == 200)
                .map(said -> said.json().path("plugin_user_id").asText()));
  }
}
