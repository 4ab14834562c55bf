package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.RawClient;
import potluck.server.testing.TestServer;

/** HTTP behaviour of all routes: methods, connections, languages, credentials and headers. */
class HttpBehaviourIT {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/api/auth/me", "/api/auth/login", "/v1/models", "/nothing"})
  void headRequestGetsTheHeadOnly(String path) throws IOException {
    try (RawClient client = new RawClient(server)) {
      String said =
          client
              .write("HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(path))
              .write("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
              .readAll();
      // A client would take a body for the next answer.
      assertThat(said).contains("\r\n\r\nHTTP/1.1 200 OK");
      assertThat(said).containsOnlyOnce("{").endsWith("{\"status\":\"alive\"}");
    }
  }

  @Test
  void connectionCloseEndsTheConnectionAtOnce() throws IOException {
    try (RawClient client = new RawClient(server)) {
      long start = System.nanoTime();
      client.write("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.readAll()).contains("alive");
      assertThat(System.nanoTime() - start).as("before any timeout").isLessThan(15_000_000_000L);
    }
  }

  /** Clients such as Python's http.client report a stream without its last chunk as cut. */
  @Test
  void streamThatClosesItsConnectionHasItsLastChunk() throws IOException {
    try (PoolFixture pool = new PoolFixture(1);
        RawClient client = new RawClient(server)) {
      String body = pool.body(true);
      client.write(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(pool.key, body.length(), body));
      assertThat(client.readAll()).contains("data: [DONE]").endsWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void refusalBeforeTheBodyIsReadArrives() throws IOException {
    try (RawClient client = new RawClient(server)) {
      String said =
          client
              .write(
                  "POST /api/api-keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      + "Content-Length: 20000\r\n\r\n"
                      + "x".repeat(20_000))
              .readAll();
      assertThat(said).startsWith("HTTP/1.1 401");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}\r\n0\r\n\r\n", "{}XX0\r\n\r\n"})
  void refusalBeforeTheEndOfAChunkedBodyCloses(String rest) throws IOException {
    try (RawClient client = new RawClient(server)) {
      String said =
          client
              .write("POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
              .write("2\r\n" + rest)
              .write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
              .closeOutput()
              .readAll();
      assertThat(said)
          .startsWith("HTTP/1.1 401")
          .contains("Connection: close")
          .doesNotContain("alive");
    }
  }

  @Test
  void nextRequestAfterAChunkedBodyIsAnswered() throws IOException {
    try (RawClient client = new RawClient(server)) {
      String said =
          client
              .write("POST /api/auth/login HTTP/1.1\r\nHost: x\r\n")
              .write("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
              .write("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
              .readAll();
      assertThat(said).startsWith("HTTP/1.1 422").contains("alive");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/api/auth/login,POST",
    "GET,/v1/messages,POST",
    "POST,/v1beta/models,'GET, HEAD'",
    "POST,/api/api-keys/7,'DELETE, GET, HEAD, PATCH'"
  })
  void wrongMethodListsTheAllowedOnes(String method, String path, String allowed) {
    TestServer.Response said = server.call(method, path, null, null);
    assertThat(said.status()).isEqualTo(405);
    assertThat(said.header("allow")).contains(allowed);
    assertThat(said.text()).contains(allowed);
  }

  /** "import" is not the id of an account, and "x:countTokens" is not a model. */
  @ParameterizedTest
  @CsvSource({"DELETE,/api/plugin-api/accounts/import", "GET,/v1/models/x:countTokens"})
  void pathOfARouteIsNoVariableOfAnotherRoute(String method, String path) {
    TestServer.Response said = server.call(method, path, server.admin(), null);
    assertThat(said.status()).isEqualTo(405);
    assertThat(said.header("allow")).contains("POST");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/api/auth/me,需要提供认证凭证",
    "GET,/api/nothing,没有此路径：/api/nothing",
    "PUT,/api/auth/login,只接受 POST，不接受 PUT"
  })
  void apiRefusalsAreInTheCallersLanguage(String method, String path, String chinese) {
    assertThat(ask(method, path, "zh-CN,zh;q=0.9")).contains(chinese);
    assertThat(ask(method, path, null)).doesNotContain(chinese);
    assertThat(ask(method, path, "en-US")).doesNotContain(chinese);
  }

  @Test
  void settingDecidesTheLanguageOfCallersWithoutOne() {
    TestServer chinese = TestServer.start(Map.of("LANGUAGE", "zh"));
    try {
      assertThat(chinese.call("GET", "/api/auth/me", null, null).text()).contains("需要提供认证凭证");
      HttpRequest english =
          HttpRequest.newBuilder(URI.create(chinese.url() + "/api/auth/me"))
              .header("Accept-Language", "en")
              .build();
      assertThat(chinese.send(english).text()).contains("A credential is required");
    } finally {
      chinese.close();
    }
  }

  @Test
  void providerTextsStayEnglish() {
    assertThat(ask("GET", "/v1/models", "zh-CN")).contains("A credential is required");
  }

  @Test
  void chatBelowApiHasBothErrorForms() {
    TestServer.Response said =
        server.callInChinese(
            "POST",
            "/api/plugin-api/chat/completions",
            server.admin(),
            "{\"model\":\"no-such-model\",\"messages\":[]}");
    assertThat(said.status()).isEqualTo(404);
    assertThat(said.json().at("/error/code").asText()).isEqualTo("model_not_found");
    assertThat(said.json().path("detail").asText()).contains("模型“no-such-model”不存在");
  }

  @Test
  void modelNotAllowedIs400BelowApi() {
    String key =
        server
            .call("POST", "/api/api-keys", server.admin(), "{\"allowed_models\":[\"another\"]}")
            .json()
            .path("key")
            .asText();
    String body = "{\"model\":\"no-such-model\",\"messages\":[]}";
    TestServer.Response said = server.call("POST", "/api/plugin-api/chat/completions", key, body);
    assertThat(said.status()).as("a web page treats 403 like 401 and repeats").isEqualTo(400);
    assertThat(said.json().path("detail").asText()).contains("no-such-model");
    assertThat(server.call("POST", "/v1/chat/completions", key, body).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/messages,x-api-key",
    "/cc/v1/messages,x-api-key",
    "/v1beta/models/m:generateContent,x-goog-api-key",
    "/v1/models/m:generateContent,x-goog-api-key",
    "/v1/chat/completions,authorization"
  })
  void credentialOrderFollowsTheDialect(String path, String first) {
    String key = server.key(server.admin());
    String[] names = {"authorization", "x-api-key", "x-goog-api-key"};
    assertThat(post(path, name -> name.equals(first) ? key : "sk-wrong", names)).isNotEqualTo(401);
    assertThat(post(path, name -> name.equals(first) ? "sk-wrong" : key, names)).isEqualTo(401);
  }

  @Test
  void emptyCredentialIsIgnored() {
    String key = server.key(server.admin());
    String[] names = {"authorization", "x-api-key", "x-goog-api-key"};
    for (String path : List.of("/v1/messages", "/v1beta/models/m:generateContent")) {
      assertThat(post(path, name -> name.equals("authorization") ? key : "", names))
          .isNotEqualTo(401);
    }
  }

  private int post(String path, UnaryOperator<String> credentials, String... names) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    for (String name : names) {
      String credential = credentials.apply(name);
      request.header(name, name.equals("authorization") ? "Bearer " + credential : credential);
    }
    return server.send(request.build()).status();
  }

  @Test
  void anthropicPathsHaveRequestId() {
    try (PoolFixture scene = new PoolFixture(1, "anthropic")) {
      for (String path : List.of("/v1/messages", "/cc/v1/messages", "/v1/messages/count_tokens")) {
        for (boolean stream : new boolean[] {false, true}) {
          TestServer.Response said =
              server.call(
                  "POST",
                  path,
                  scene.key,
                  scene.body(stream).replaceFirst("\\{", "{\"max_tokens\":9,"));
          assertThat(said.status()).as(said.text()).isEqualTo(200);
          assertThat(said.header("request-id")).isPresent().isEqualTo(said.header("x-request-id"));
        }
      }
    }
  }

  @Test
  void anthropicPathsEchoTheVersion() {
    HttpRequest.Builder asked =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/messages"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    TestServer.Response usual = server.send(asked.build());
    assertThat(usual.header("anthropic-version")).contains("2023-06-01");
    assertThat(usual.header("anthropic-beta")).isEmpty();
    TestServer.Response said =
        server.send(
            asked
                .header("anthropic-version", "2023-01-01")
                .header("anthropic-beta", "files-api-2025-04-14")
                .build());
    assertThat(said.header("anthropic-version")).contains("2023-01-01");
    assertThat(said.header("anthropic-beta")).contains("files-api-2025-04-14");
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"})
  void malformedRequestGetsAnIdAndNosniff(String request) throws IOException {
    try (RawClient client = new RawClient(server)) {
      assertThat(client.write(request).readAll())
          .containsIgnoringCase("x-request-id: ")
          .containsIgnoringCase("x-content-type-options: nosniff")
          .contains("Date: ");
    }
  }

  private String ask(String method, String path, @Nullable String language) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    Optional.ofNullable(language).ifPresent(wanted -> request.header("Accept-Language", wanted));
    return server.send(request.build()).text();
  }
}
