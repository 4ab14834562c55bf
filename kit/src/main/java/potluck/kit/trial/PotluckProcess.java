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

/** The server as a process, which can be killed and started again. Thread-safe. */
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
   * @param script path of the {@code potluck} script
   * @param home folder of its data and log
   * @param port that it listens on
   */
  PotluckProcess(Path script, Path home, int port) {
    this.script = script;
    this.home = home;
    this.port = port;
  }

  /**
   * Starts the server, and waits until it is ready.
   *
   * @param settings in addition to those of every trial
   * @throws IOException if it is not ready within 60 s
   */
  void start(Map<String, String> settings) throws IOException, InterruptedException {
    process = commandBuilder(settings, "start").start();
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!ready()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the server was not ready within " + START_TIMEOUT.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
  }

  private ProcessBuilder commandBuilder(Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
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
   * Runs a command of the {@code potluck} script while the server runs.
   *
   * @throws IOException if the command fails
   */
  void runCommand(String... arguments) throws IOException, InterruptedException {
    if (commandBuilder(Map.of(), arguments).start().waitFor() != 0) {
      throw new IOException(String.join(" ", arguments) + " failed; see out.log in " + home);
    }
  }

  private boolean ready() throws InterruptedException {
    try {
      return send(request("/readyz").GET().build()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills the server with SIGKILL. */
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

  /**
   * Sends a request, and reads the answer as JSON.
   *
   * @throws IOException if the status is not 2xx
   */
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

  /** CPU time of the server so far, in nanoseconds, with the resolution of the operating system. */
  long cpuNanos() {
    return Objects.requireNonNull(process)
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .orElse(0L);
  }

  /** Resident memory of the server, in MiB; Linux only. */
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

  /**
   * Logs the administrator in.
   *
   * @return an access token
   */
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

  /**
   * Adds a shared account.
   *
   * @return an API key
   */
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
