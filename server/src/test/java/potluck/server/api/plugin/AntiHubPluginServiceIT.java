package potluck.server.api.plugin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.server.testing.FakePluginService;
import potluck.server.testing.TestServer;

/** Requests that the server sends to AntiHub's Plug-in service, and translation of errors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AntiHubPluginServiceIT {
  private static final String PASSWORD = "a-password-of-my-own";
  private final FakePluginService service = new FakePluginService();
  private TestServer server;
  private String token;
  private String key;

  @BeforeAll
  void open() {
    server =
        TestServer.start(
            Map.of(
                "PLUGIN_API_BASE_URL",
                service.address() + "/",
                "PLUGIN_API_ADMIN_KEY",
                FakePluginService.ADMIN_KEY,
                "UPSTREAM_ALLOWED_HOSTS",
                ""));
    token = person("first-" + UUID.randomUUID());
    key =
        server
            .call("POST", "/api/api-keys", token, "{\"name\":\"k\",\"config_type\":\"kiro\"}")
            .json()
            .path("key")
            .asText();
  }

  @AfterAll
  void close() {
    server.close();
    service.close();
  }

  private String person(String name) {
    String body = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD);
    server.call("POST", "/api/admin/users", server.admin(), body);
    String access = server.login(name, PASSWORD);
    awaitKey(access);
    return access;
  }

  private void awaitKey(String access) {
    TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/api/plugin-api/key", access, null))
                .filter(said -> said.status() == 200));
  }

  @Test
  void userIsCreatedByTheAntiHubProtocol() {
    FakePluginService.ReceivedRequest made = service.last("/api/users");
    assertThat(made.method()).isEqualTo("POST");
    assertThat(made.credential()).isEqualTo("Bearer " + FakePluginService.ADMIN_KEY);
    assertThat(made.body()).contains("\"name\":\"", "\"prefer_shared\":0");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, accounts, /api/accounts",
    "GET, accounts/abc, /api/accounts/abc",
    "PUT, accounts/abc/type, /api/accounts/abc/type",
    "DELETE, accounts/abc, /api/accounts/abc",
    "GET, accounts/abc/quotas, /api/accounts/abc/quotas",
    "PUT, accounts/abc/quotas/gpt/status, /api/accounts/abc/quotas/gpt/status",
    "POST, oauth/authorize, /api/oauth/authorize",
    "POST, oauth/callback, /api/oauth/callback/manual",
    "GET, quotas/user, /api/quotas/user",
    "GET, quotas/shared-pool, /api/quotas/shared-pool",
    "GET, quotas/consumption, /api/quotas/consumption",
    "GET, preference, /api/user/me",
    "PUT, preference, /api/users/7f2d-there/preference",
  })
  void requestsAreForwardedWithTheUsersKey(String method, String ours, String theirs) {
    String query = method.equals("GET") ? "?limit=5&model_name=a%2Fb" : "";
    String body = method.equals("PUT") || method.equals("POST") ? "{\"is_shared\": null}" : null;
    TestServer.Response said = server.call(method, "/api/plugin-api/" + ours + query, token, body);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.json().at("/data/at").asText()).isEqualTo(theirs);
    FakePluginService.ReceivedRequest forwarded = service.last(theirs);
    assertThat(forwarded.method()).isEqualTo(method);
    assertThat(forwarded.target()).isEqualTo(theirs + query);
    assertThat(forwarded.credential()).isEqualTo("Bearer " + FakePluginService.USER_KEY);
    assertThat(forwarded.body()).isEqualTo(body == null ? "" : body);
  }

  @ParameterizedTest
  @CsvSource({"400, 400", "404, 404", "403, 400", "401, 502", "500, 500", "429, 429", "302, 502"})
  void errorsAreTranslatedToOwnForm(int theirs, int ours) {
    service.answers.put(
        "GET /api/accounts/" + theirs,
        new FakePluginService.Answer(
            theirs, "{\"error\":\"their own words\"}", service.address() + "/api/elsewhere"));
    TestServer.Response said =
        server.callInChinese("GET", "/api/plugin-api/accounts/" + theirs, token, null);
    assertThat(said.status()).isEqualTo(ours);
    assertThat(said.json().path("detail").asText())
        .contains(theirs == 401 ? "请重新登录" : "their own words");
    assertThat(service.received).noneMatch(each -> each.target().contains("elsewhere"));
  }

  /** This server is no Plug-in API service itself, and shares no accounts of its own. */
  @Test
  void descriptionLeavesOutRoutesThatAreSwitchedOff() {
    var paths = server.call("GET", "/api/openapi.json", null, null).json().path("paths");
    assertThat(paths.has("/api/pool")).isTrue();
    assertThat(paths.has("/api/users")).isFalse();
    assertThat(server.call("GET", "/api/users", null, null).status()).isEqualTo(404);
  }

  @Test
  void invalidPathIsTheCallersFault() {
    // java.net.URI rejects this URI, so the test writes the request to a socket.
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/plugin-api/quotas/consumption?a={b} HTTP/1.1\r\nhost: h\r\nauthorization:"
                      + " Bearer "
                      + token
                      + "\r\nconnection: close\r\n\r\n")
                  .getBytes(US_ASCII));
      String said = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(said).startsWith("HTTP/1.1 400");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keyTypeAndDedicatedFlagAreForwarded() {
    service.answer(
        "POST /v1/chat/completions",
        200,
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
         "message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}
        """);
    service.answer("GET /v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"m\"}]}");
    assertThat(chat("/v1/chat/completions", key).header("x-ratelimit-remaining-requests"))
        .contains("0");
    assertThat(service.last("/v1/chat/completions").accountType()).isEqualTo("kiro");
    assertThat(service.last("/v1/chat/completions").onlyDedicated()).isNull();
    assertThat(chat("/v1/messages", key).json().at("/content/0/text").asText()).isEqualTo("Hello");
    assertThat(service.last("/v1/chat/completions").accountType()).isEqualTo("kiro");
    assertThat(service.last("/v1/chat/completions").body()).contains("\"max_tokens\":9");
    server.call("GET", "/v1/models", key, null);
    assertThat(service.last("/v1/models").accountType()).isEqualTo("kiro");
    chat("/v1/chat/completions", token);
    assertThat(service.last("/v1/chat/completions").accountType()).isNull();
    server.send(
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + key)
            .header("X-Use-Only-Dedicated", "true")
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build());
    assertThat(service.last("/v1/chat/completions").onlyDedicated()).isEqualTo("true");
  }

  private static final String BODY =
      "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private TestServer.Response chat(String path, String credential) {
    return server.call("POST", path, credential, BODY);
  }

  @Test
  void silentServiceDelaysNoLogin() {
    String name = "s-" + UUID.randomUUID();
    String body = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD);
    String access;
    service.silent = true;
    try {
      assertThat(server.call("POST", "/api/admin/users", server.admin(), body).status())
          .isEqualTo(201);
      access = server.login(name, PASSWORD);
      assertThat(access).isNotEmpty();
      assertThat(server.call("GET", "/api/health", null, null).status()).isEqualTo(200);
    } finally {
      service.silent = false;
      service.silence.countDown();
    }
    // The server asked the service only once; the answer came after the login and is used.
    awaitKey(access);
    assertThat(service.received.stream().filter(each -> each.body().contains(name))).hasSize(1);
  }
}
