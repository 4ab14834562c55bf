package potluck.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import potluck.kit.FakeUpstream;
import potluck.server.bootstrap.PotluckServer;
import potluck.server.bootstrap.Wiring;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.database.TestPostgres;
import potluck.server.settings.Settings;

/**
 * The whole program as a user has it, on a free port, with its own PostgreSQL in a temporary
 * folder; one for all tests of a JVM. Tests keep out of each other's way by making their own users.
 */
public final class TestServer {
  public static final String ADMIN = "admin";
  public static final String PASSWORD = "correct-horse-battery";

  /** What an older backend that has its pool here shows. */
  public static final String PLUGIN_SERVICE_KEY = "service-gx7Qm2TzR4vN9pLk0wYd3HsBc8Ue";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static @Nullable TestServer shared;

  private final Settings settings;
  private final Database database;
  private static final Queue<Path> FOLDERS = new ConcurrentLinkedQueue<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestServer::ended));
  }

  private final PotluckServer gateway;
  private @Nullable String adminToken;

  /** Another node on the same database, with a folder and settings of its own. */
  public TestServer secondNode(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("DATABASE_URL", databaseUrl());
    all.put("JWT_SECRET_KEY", settings.tokens().jwt().getFirst().reveal());
    all.putIfAbsent("PLUGIN_API_ENCRYPTION_KEY", settings.tokens().fernet().getFirst().reveal());
    return new TestServer(all, fresh());
  }

  private static void ended() {
    TestServer server = shared;
    if (server != null) {
      server.close();
    }
    sweep();
  }

  /** A database each: they go when the tests are over, for some are opened more than once. */
  private static void sweep() {
    for (Path folder : FOLDERS) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException | UncheckedIOException e) {
        // Something in it goes by itself just now.
      }
    }
  }

  private static Path fresh() {
    try {
      Path folder = Files.createTempDirectory("potluck-test");
      FOLDERS.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestServer(Map<String, String> environment, Path folder) {
    try {
      Map<String, String> all = new HashMap<>();
      all.put("PORT", "0");
      all.put("METRICS_PORT", "0");
      all.put("ADMIN_USERNAME", ADMIN);
      all.put("ADMIN_PASSWORD", PASSWORD);
      all.put("PASSWORD_HASH_COST", "10");
      all.put("UPSTREAM_ALLOWED_HOSTS", "127.0.0.1,localhost");
      all.put("UPSTREAM_FIRST_BYTE_TIMEOUT", "5");
      all.put("UPSTREAM_IDLE_TIMEOUT", "5");
      all.put("STREAM_KEEPALIVE_SECONDS", "1");
      if (!environment.containsKey("PLUGIN_API_BASE_URL")) {
        all.put("PLUGIN_SERVICE_ADMIN_KEY", PLUGIN_SERVICE_KEY);
      }
      all.putAll(environment);
      this.settings = Settings.load(all, folder);
      this.database = Database.open(settings);
      new Migrations(database.source()).upgrade();
      this.gateway = Wiring.start(settings, database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The server that all tests share; it is closed when the JVM ends. */
  public static synchronized TestServer shared() {
    if (shared == null) {
      shared = start(Map.of());
    }
    return shared;
  }

  /**
   * A server of a test's own, with its own settings, folder and database, to be closed by the test.
   * The database is in the PostgreSQL that all tests share; {@code .env} in the folder has its
   * address, so that commands in that folder find it.
   */
  public static TestServer start(Map<String, String> environment) {
    Path folder = fresh();
    if (!environment.containsKey("DATABASE_URL")) {
      try {
        Files.writeString(
            folder.resolve(".env"),
            "DATABASE_URL=" + TestPostgres.get().migratedDatabase() + System.lineSeparator());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new TestServer(environment, folder);
  }

  /** The same with an embedded PostgreSQL of its own, for tests that stop, kill or move it. */
  public static TestServer withOwnPostgres(Map<String, String> environment) {
    return startIn(fresh(), environment);
  }

  /**
   * A server in a folder in which another one was before, or files that a test has put there. Its
   * PostgreSQL is the one that {@code .env} or the environment names, else its own.
   */
  public static TestServer startIn(Path folder, Map<String, String> environment) {
    if (!environment.containsKey("DATABASE_URL") && !Files.exists(folder.resolve(".env"))) {
      TestPostgres.shareBinaries(folder.resolve("data"));
    }
    return new TestServer(environment, folder);
  }

  /** Where it was started; its home is in there. */
  public Path folder() {
    return java.util.Objects.requireNonNull(settings.home().getParent());
  }

  /** Its database, as {@code DATABASE_URL} has it. */
  public String databaseUrl() {
    return settings.databaseUrl().orElseGet(() -> databaseUrl("postgres"));
  }

  /** Another database in the same PostgreSQL, as {@code DATABASE_URL} has it. */
  public String databaseUrl(String name) {
    if (settings.databaseUrl().isPresent()) {
      String own = settings.databaseUrl().get();
      return own.substring(0, own.lastIndexOf('/') + 1) + name;
    }
    try {
      return "postgresql://potluck:%s@127.0.0.1:%s/%s"
          .formatted(
              Files.readString(settings.home().resolve("secrets/postgres")),
              Files.readString(settings.home().resolve("postgres/port")),
              name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + gateway.port();
  }

  public Settings settings() {
    return settings;
  }

  /** Where its own PostgreSQL keeps what it has. */
  public Path postgres() {
    return settings.home().resolve("postgres/data");
  }

  public PotluckServer gateway() {
    return gateway;
  }

  public Database database() {
    return database;
  }

  public void close() {
    gateway.close();
    database.close();
  }

  /** An answer: its status, its headers, and its body as text and as JSON. */
  public record Response(HttpResponse<String> response) {
    public int status() {
      return response.statusCode();
    }

    public String text() {
      return response.body();
    }

    public JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new UncheckedIOException(response.body(), e);
      }
    }

    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }
  }

  /**
   * @param credential an API key or access token; null for none
   * @param body JSON; null for none
   */
  public Response call(
      String method, String path, @Nullable String credential, @Nullable String body) {
    return call(method, path, credential, body, null);
  }

  /** The same in Chinese. */
  public Response callInChinese(
      String method, String path, @Nullable String credential, @Nullable String body) {
    return call(method, path, credential, body, "zh-CN");
  }

  private Response call(
      String method,
      String path,
      @Nullable String credential,
      @Nullable String body,
      @Nullable String language) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (credential != null) {
      request.header("Authorization", "Bearer " + credential);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (language != null) {
      request.header("Accept-Language", language);
    }
    return send(request.build());
  }

  public Response send(HttpRequest request) {
    try {
      HttpResponse<String> got = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      // What passes from a service elsewhere is as that has it.
      if (settings.plugin().service().isEmpty()) {
        OpenApiContract.check(
            request.method(),
            request.uri().getRawPath(),
            got.statusCode(),
            got.headers().firstValue("content-type").orElse(""),
            got.body());
      }
      return new Response(got);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * An access token of the administrator, who logs in once for all tests: a hash takes its time.
   */
  public synchronized String admin() {
    if (adminToken == null) {
      adminToken = login(ADMIN, PASSWORD);
    }
    return adminToken;
  }

  public String login(String username, String password) {
    Response said =
        call(
            "POST",
            "/api/auth/login",
            null,
            "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(username, password));
    return said.json().path("access_token").asText();
  }

  /** The access token of a fresh user of this name. */
  public String user(String name) {
    call(
        "POST",
        "/api/admin/users",
        admin(),
        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
    return login(name, PASSWORD);
  }

  /** A new API key of the user with this access token. */
  public String key(String accessToken) {
    return call("POST", "/api/api-keys", accessToken, "{\"name\":\"test\"}")
        .json()
        .path("key")
        .asText();
  }

  /** An account of the administrator's that all may draw from, at a fake upstream; its id. */
  public String account(FakeUpstream upstream, String model) {
    return account(
        """
        {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-upstream-secret",
         "models":["%s"],"is_shared":1}
        """
            .formatted(upstream.address(), model));
  }

  /** An account of the administrator's, as the API takes it; its id. */
  public String account(String body) {
    Response said = call("POST", "/api/plugin-api/accounts", admin(), body);
    if (said.status() != 200) {
      throw new AssertionError(said.text());
    }
    return said.json().path("data").path("cookie_id").asText();
  }

  /** The balance of the administrator's quota in the ledger, in millionths: the sum of entries. */
  public long balance(String group) {
    try (var connection = database.source().getConnection();
        var query =
            connection.prepareStatement(
                "SELECT coalesce(sum(amount), 0) FROM entries WHERE book = 'user' AND model_group = ?")) {
      query.setString(1, group);
      var found = query.executeQuery();
      found.next();
      return found.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Millionths with four decimals. */
  public String shown(long micros) {
    return java.math.BigDecimal.valueOf(micros, 6)
        .setScale(4, java.math.RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /** Asks again until the answer suits, for what comes true a little later; fails after 30 s. */
  public static <T> T eventually(Supplier<Optional<T>> question) {
    return eventually(question, Duration.ofSeconds(30));
  }

  public static <T> T eventually(Supplier<Optional<T>> question, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not come true within " + patience.toSeconds() + " s");
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }
}
