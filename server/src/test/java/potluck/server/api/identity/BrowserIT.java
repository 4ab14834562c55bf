package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.server.testing.TestServer;

/** AntiHub's axios interceptor and the pages of the API description, in a real browser. */
class BrowserIT {
  private static final String AXIOS = "/META-INF/resources/webjars/axios/1.7.9/dist/axios.min.js";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;

  private final TestServer server = TestServer.shared();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> results = new LinkedBlockingQueue<>();

  @Test
  void antiHubInterceptorRefreshesSilentlyAndEndsAtTheLoginPage() throws Exception {
    Path chromium = chromium();
    String name = "b-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    JsonNode login =
        server
            .call(
                "POST",
                "/api/auth/login",
                null,
                "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name))
            .json();
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    site.createContext("/", this::serve);
    site.start();
    Process browser =
        new ProcessBuilder(
                chromium.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "http://127.0.0.1:"
                    + site.getAddress().getPort()
                    + "/page.html?refresh="
                    + login.path("refresh_token").asText())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("browser.log").toFile())
            .start();
    try {
      String said = results.poll(60, TimeUnit.SECONDS);
      assertThat(said).as("%s", seen).isNotNull();
      JsonNode names = new ObjectMapper().readTree(said);
      assertThat(names).hasSize(5).allMatch(each -> each.asText().equals(name));
      TestServer.eventually(() -> seen.contains("GET /login") ? Optional.of(1) : Optional.empty());
      assertThat(seen.stream().filter(call -> call.endsWith("/api/auth/refresh")).count())
          // Five concurrent refreshes. After the logout, the interceptor repeats a refused
          // refresh until the server limits failures: without the 429 it would never stop.
          .isBetween(2L, 15L);
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly().waitFor();
      site.stop(0);
    }
  }

  /** Scripts render the pages; the Content-Security-Policy of the server must allow them. */
  @ParameterizedTest
  @ValueSource(strings = {"/api/docs", "/api/redoc"})
  void apiPagesRender(String page) {
    // Loads the page again if a busy machine did not render all of it in time.
    TestServer.eventually(
        () -> Optional.of(shown(page)).filter(text -> text.contains("OpenAI chat completions.")),
        Duration.ofSeconds(90));
  }

  private String shown(String page) {
    try {
      Process browser =
          new ProcessBuilder(
                  chromium().toString(),
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--user-data-dir=" + folder.resolve("profile"),
                  "--virtual-time-budget=60000",
                  "--dump-dom",
                  server.url() + page)
              .redirectError(folder.resolve("browser.log").toFile())
              .start();
      try (InputStream out = browser.getInputStream()) {
        return new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      } finally {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves the page and its scripts, and forwards API calls to the server. */
  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    seen.add(exchange.getRequestMethod() + " " + path);
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.startsWith("/api/")) {
      forward(exchange, body);
    } else if (path.equals("/result")) {
      results.add(new String(body, java.nio.charset.StandardCharsets.UTF_8));
      send(exchange, 200, "text/plain", new byte[0]);
    } else if (path.equals("/axios.min.js")) {
      send(exchange, 200, "text/javascript", resource(AXIOS));
    } else if (path.matches("/(page.html|page.js|interceptor.js)")) {
      String type = path.endsWith("js") ? "text/javascript" : "text/html";
      send(exchange, 200, type, resource("/browser" + path));
    } else {
      send(exchange, 200, "text/html", new byte[0]);
    }
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : List.of("Authorization", "Content-Type", "User-Agent")) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try {
      HttpResponse<byte[]> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      send(exchange, answer.statusCode(), "application/json", answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().putAll(Map.of("Content-Type", List.of(type)));
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BrowserIT.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static Path chromium() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(
                place ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(Path.of(place)::resolve))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), "there is no Chromium here: apt-get install chromium");
    return found.orElseThrow();
  }
}
