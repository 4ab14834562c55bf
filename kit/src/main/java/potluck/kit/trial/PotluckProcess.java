package potluck.kit.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import potluck.kit.FakeUpstream;

/** The program as a process of its own, which can be killed and started again. Thread-safe. */
final class PotluckProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.of(
          "ADMIN_USERNAME", "trial",
          "ADMIN_PASSWORD", "a-long-trial-password",
          "UPSTREAM_ALLOWED_HOSTS", "127.0.0.1",
          "QUOTA_ACCOUNT_USD", "1000000");

  private final Path script;
  private final Path home;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile @Nullable Process process;

  /**
   * @param script the program's own {@code potluck}
   * @param home where its data lie
   */
  PotluckProcess(Path script, Path home, int port) {
    this.script = script;
    this.home = home;
    this.port = port;
  }

  /**
   * Starts it, and waits until it is ready.
   *
   * @param settings beside those of every trial
   */
  void start(Map<String, String> settings) throws IOException, InterruptedException {
    process = commandBuilder(settings, "start").start();
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!ready()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("it was not ready within " + START_TIMEOUT.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
  }

  private ProcessBuilder commandBuilder(Map<String, String> settings, String... words) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(home.toFile());
    builder.environment().putAll(SETTINGS);
    builder.environment().putAll(settings);
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("POTLUCK_HOME", home.resolve("data").toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("out.log").toFile()));
    return builder;
  }

  /**
   * Types a command beside the running program.
   *
   * @throws IOException where it does not go well
   */
  void runCommand(String... words) throws IOException, InterruptedException {
    if (commandBuilder(Map.of(), words).start().waitFor() != 0) {
      throw new IOException(String.join(" ", words) + " failed; see out.log in " + home);
    }
  }

  private boolean ready() throws InterruptedException {
    try {
      return send(request("/readyz").GET().build()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills it as nothing can be killed harder. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.waitFor();
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Asks, and reads the answer as JSON. */
  JsonNode call(String method, String path, @Nullable String token, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = send(request.build());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /**
   * What the program has had of the processors so far, in nanoseconds, by steps of the system's.
   */
  long cpuNanos() {
    return Objects.requireNonNull(process)
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .orElse(0L);
  }

  /** The program's memory, in MiB, as the system sees it; Linux only. */
  long residentMegabytes() throws IOException {
    Process running = Objects.requireNonNull(process);
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + running.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    }
  }

  /** Logs the administrator in; an access token. */
  String login() throws IOException, InterruptedException {
    return call(
            "POST",
            "/api/auth/login",
            null,
            "{\"username\":\"%s\",\"password\":\"%s\"}"
                .formatted(SETTINGS.get("ADMIN_USERNAME"), SETTINGS.get("ADMIN_PASSWORD")))
        .path("access_token")
        .asText();
  }

  /** Brings an account that all may draw from; an API key. */
  String share(String token, FakeUpstream upstream, String model)
      throws IOException, InterruptedException {
    call(
        "POST",
        "/api/plugin-api/accounts",
        token,
        """
        {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-trial-upstream",
         "models":["%s"],"is_shared":1}
        """
            .formatted(upstream.address(), model));
    return call("POST", "/api/api-keys", token, "{\"name\":\"trial\"}").path("key").asText();
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroy();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
