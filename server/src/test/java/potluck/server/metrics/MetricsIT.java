package potluck.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/**
 * The metrics endpoint: which metrics exist, what they count, and that labels contain no users,
 * keys or prompts.
 */
class MetricsIT {
  private static int port;
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.shared().secondNode(Map.of("METRICS_PORT", free()));
    port = server.gateway().metricsPort();
  }

  /** A free port. */
  static String free() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(any.getLocalPort());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void metricsResponseForbidsSniffing() throws Exception {
    for (String path : List.of("/metrics", "/other")) {
      HttpResponse<String> said =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(said.statusCode()).isEqualTo(path.equals("/metrics") ? 200 : 404);
      assertThat(said.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(said.headers().firstValue("x-request-id")).isPresent();
      assertThat(said.headers().firstValue("date")).isPresent();
    }
  }

  @Test
  void servedRequestsAttemptsAndLossesAreCounted() throws Exception {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitModel(scene);
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.status(500)));
      assertThat(chat(scene, "/v1/chat/completions", scene.body(false))).isEqualTo(200);
      String anthropic =
          ("{\"model\":\"%s\",\"max_tokens\":9,\"top_k\":5,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
              .formatted(scene.model);
      assertThat(chat(scene, "/v1/messages", anthropic)).isEqualTo(200);
      String figures = metrics();
      assertThat(value(figures, "potluck_attempts_total{outcome=\"another\"")).isPositive();
      assertThat(value(figures, "potluck_attempts_total{outcome=\"served\"")).isPositive();
      assertThat(figures)
          .contains("potluck_lost_total{from=\"anthropic\",to=\"openai\",what=\"top_k\"}")
          .contains("potluck_requests_seconds_bucket{dialect=\"openai\"")
          .contains(
              "potluck_first_byte_seconds_count{dialect=\"openai\",model=\"" + scene.model + "\"}")
          .contains("potluck_tokens_total{kind=\"output\",model=\"" + scene.model + "\"}")
          .contains("potluck_accounts{standing=\"ready\"}")
          .contains("jvm_memory_used_bytes");
      assertThat(value(figures, "potluck_database_up")).isEqualTo(1);
      assertThat(value(figures, "potluck_holds_open")).isZero();
      assertThat(value(figures, "potluck_failovers_total")).isPositive();
      assertThat(value(figures, "potluck_spans_dropped_total")).isZero();
    }
  }

  @Test
  void everyMetricOfDashboardAndAlertsExists() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitModel(scene);
      chat(
          scene,
          "/v1/messages",
          ("{\"model\":\"%s\",\"max_tokens\":9,\"top_k\":5,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
              .formatted(scene.model));
      String figures = metrics();
      for (String file : List.of("ops/grafana/potluck.json", "ops/prometheus/alerts.yaml")) {
        String text = Files.readString(Path.of("..").resolve(file)).replace("\\\"", "\"");
        Set<String> named =
            Pattern.compile("\\b(?:potluck|jvm|process)_[a-z_]+\\b")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(named).as(file).hasSizeGreaterThan(10);
        assertThat(named)
            .as(file)
            .allSatisfy(name -> assertThat(labels(figures, name)).isPresent());
        Pattern.compile("\\b((?:potluck|jvm|process)_[a-z_]+)\\{([^}]*)}")
            .matcher(text)
            .results()
            .forEach(
                use ->
                    assertThat(labels(figures, use.group(1)).orElseThrow() + "{instance=")
                        .as(use.group())
                        .contains(
                            Pattern.compile("([a-z_]+)=")
                                .matcher(use.group(2))
                                .results()
                                .map(MatchResult::group)
                                .toList()));
      }
    }
  }

  /** The first line of a metric, with its labels; empty if the metric does not exist. */
  private static Optional<String> labels(String figures, String name) {
    return figures
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .findFirst();
  }

  @Test
  void postedRowsLeaveTheJournal() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitModel(scene);
      double before = value(metrics(), "potluck_rows_posted_total");
      chat(scene, "/v1/chat/completions", scene.body(false));
      TestServer.eventually(
          () ->
              value(metrics(), "potluck_rows_posted_total") > before
                      && value(metrics(), "potluck_journal_bytes") == 0
                  ? Optional.of(1)
                  : Optional.empty());
    }
  }

  @Test
  void labelsHoldNoUserKeyOrPrompt() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitModel(scene);
      chat(scene, "/v1/chat/completions", scene.body(false).replace("\"hi\"", "\"a secret plan\""));
      assertThat(metrics())
          .doesNotContain("a secret plan")
          .doesNotContain(scene.key)
          .doesNotContain(scene.accounts.getFirst())
          .doesNotContain(TestServer.ADMIN + "\"");
    }
  }

  @Test
  void unknownModelsMakeNoNewLabels() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitModel(scene);
      String made = "made-up-" + UUID.randomUUID();
      chat(scene, "/v1/chat/completions", scene.body(false).replace(scene.model, made));
      assertThat(metrics()).doesNotContain(made);
    }
  }

  @Test
  void everyLoginCostsOneHash() throws Exception {
    String disabled = user();
    String id =
        server
            .call("GET", "/api/admin/users?search=" + disabled, server.admin(), null)
            .json()
            .findPath("id")
            .asText();
    server.call("PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_active\":false}");
    String wrong = cost(TestServer.ADMIN, "not-the-password");
    assertThat(cost("nobody-" + UUID.randomUUID(), "not-the-password")).isEqualTo(wrong);
    assertThat(cost(disabled, "not-the-password")).isEqualTo(wrong);
    assertThat(wrong).startsWith("1 hash, 401");
  }

  /** The number of password hashes that a failed login computed, and the answer. */
  private static String cost(String name, String password) throws Exception {
    double before = value(metrics(), "potluck_password_hashes");
    TestServer.Response said =
        server.call(
            "POST",
            "/api/auth/login",
            null,
            "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
    double after = value(metrics(), "potluck_password_hashes");
    return (int) (after - before) + " hash, " + said.status() + " " + said.text();
  }

  private static String user() {
    String name = "m-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        server.admin(),
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return name;
  }

  private static int chat(PoolFixture scene, String path, String body) {
    return server.call("POST", path, scene.key, body).status();
  }

  private static void awaitModel(PoolFixture scene) {
    TestServer.eventually(
        () ->
            server.call("GET", "/v1/models", scene.key, null).text().contains(scene.model)
                ? Optional.of(1)
                : Optional.empty());
  }

  static double value(String figures, String begins) {
    return figures
        .lines()
        .filter(line -> line.startsWith(begins))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String metrics() {
    return metrics(port);
  }

  static String metrics(int port) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> said =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(said.statusCode()).isEqualTo(200);
      return said.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
