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
 * A complete Potluck server on a free port, with its own database and temporary folder. Most tests
 * share one server per JVM ({@link #shared}); they create their own users so that they do not
 * affect each other.
 */
public final class TestServer {
  public static final String ADMIN = "admin";
  public static final String PASSWORD = "correct-horse-battery";

  /** The key with which a test calls the Plug-in API, as an AntiHub backend does. */
  public static final String PLUGIN_SERVICE_KEY = "service-gx7Qm2TzR4vN9pLk0wYd3HsBc8Ue";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static @Nullable TestServer shared;

  private final Settings settings;
  private final Database database;
  private static final Queue<Path> FOLDERS = new ConcurrentLinkedQueue<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestServer::closeShared));
  }

  private final PotluckServer gateway;
  private @Nullable String adminToken;

  /** Starts another node on the same database, with its own folder and settings. */
  public TestServer secondNode(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("DATABASE_URL", databaseUrl());
    all.put("JWT_SECRET_KEY", settings.tokens().jwt().getFirst().reveal());
    all.putIfAbsent("PLUGIN_API_ENCRYPTION_KEY", settings.tokens().fernet().getFirst().reveal());
    return new TestServer(all, newFolder());
  }

  private static void closeShared() {
    TestServer server = shared;
    if (server != null) {
      server.close();
    }
    deleteFolders();
  }

  /**
   * Deletes the folders of all servers when the JVM ends: tests may open a folder several times.
   */
  private static void deleteFolders() {
    for (Path folder : FOLDERS) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException | UncheckedIOException e) {
        // A file was deleted meanwhile, for example by PostgreSQL.
      }
    }
  }

  /** A temporary folder, which is deleted when the JVM ends. */
  static Path newFolder() {
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
      all.put("TEST_NEW_ACCOUNTS", "false");
      if (!environment.containsKey("PLUGIN_API_BASE_URL")) {
        all.put("PLUGIN_SERVICE_ADMIN_KEY", PLUGIN_SERVICE_KEY);
      }
      all.putAll(environment);
      this.settings = Settings.load(all, folder);
      this.database = Database.open(settings);
      new Migrations(database.source()).upgrade();
      if (!environment.containsKey("TEST_NEW_ACCOUNTS")) {
        countAccountsAsServed();
      }
      this.gateway = Wiring.start(settings, database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Lets every account count as one that has served all its models, so that tests of other things
   * need no request first. A test that sets TEST_NEW_ACCOUNTS gets the real behaviour.
   */
  private void countAccountsAsServed() throws SQLException {
    try (var connection = database.source().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE OR REPLACE FUNCTION count_as_served() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            -- A restore writes both tables by itself.
            IF current_query() ILIKE 'copy%' THEN RETURN NULL; END IF;
            INSERT INTO served_groups (cookie_id, model_group)
            SELECT DISTINCT NEW.cookie_id, CASE
              WHEN model LIKE 'claude%' THEN 'claude'
              WHEN model LIKE 'gemini-3-pro%' THEN 'gemini-3-pro'
              WHEN model LIKE 'gemini-2.5-pro%' THEN 'gemini-2.5-pro' ELSE model END
            FROM (SELECT unnest(NEW.models) UNION SELECT jsonb_object_keys(NEW.model_map)) m (model)
            WHERE model IS NOT NULL ON CONFLICT DO NOTHING;
            RETURN NULL;
          END $$;
          CREATE OR REPLACE TRIGGER count_as_served AFTER INSERT OR UPDATE ON accounts
            FOR EACH ROW EXECUTE FUNCTION count_as_served();
          """);
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
   * Starts a server for one test, with its own settings, folder and database; the test closes it.
   * The database is in the PostgreSQL that all tests share; {@code .env} in the folder contains its
   * address, so that commands in that folder find it.
   */
  public static TestServer start(Map<String, String> environment) {
    Path folder = newFolder();
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

  /** Starts a server with its own embedded PostgreSQL, for tests that stop, kill or move it. */
  public static TestServer withOwnPostgres(Map<String, String> environment) {
    return startIn(newFolder(), environment);
  }

  /**
   * Starts a server in a folder that an earlier server used, or in which a test created files. It
   * uses the PostgreSQL that {@code .env} or the environment names, or else its own.
   */
  public static TestServer startIn(Path folder, Map<String, String> environment) {
    if (!environment.containsKey("DATABASE_URL") && !Files.exists(folder.resolve(".env"))) {
      TestPostgres.shareBinaries(folder.resolve("data"));
    }
    return new TestServer(environment, folder);
  }

  /** The folder in which it was started; it contains the data folder. */
  public Path folder() {
    return java.util.Objects.requireNonNull(settings.home().getParent());
  }

  /** The URL of its database, in the form of {@code DATABASE_URL}. */
  public String databaseUrl() {
    return settings.databaseUrl().orElseGet(() -> databaseUrl("postgres"));
  }

  /** The URL of another database in the same PostgreSQL. */
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

  /** The data directory of its embedded PostgreSQL. */
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

  /** A response: its status, its headers, and its body as text and as JSON. */
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
   * @param credential an API key or access token; null if no credential is sent
   * @param body JSON; null if no body is sent
   */
  public Response call(
      String method, String path, @Nullable String credential, @Nullable String body) {
    return call(method, path, credential, body, null);
  }

  /** Sends a request that accepts answers in Chinese. */
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
      // Answers of an external Plug-in service need not match openapi.yaml.
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
   * An access token of the administrator, from one login for all tests: the password hash is slow.
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

  /** Creates a user and returns an access token. */
  public String user(String name) {
    call(
        "POST",
        "/api/admin/users",
        admin(),
        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
    return login(name, PASSWORD);
  }

  /** Creates an API key for the user with this access token. */
  public String key(String accessToken) {
    return call("POST", "/api/api-keys", accessToken, "{\"name\":\"test\"}")
        .json()
        .path("key")
        .asText();
  }

  /** Creates a shared account of the administrator at a fake upstream; returns its id. */
  public String account(FakeUpstream upstream, String model) {
    return account(
        """
        {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-upstream-secret",
         "models":["%s"],"is_shared":1}
        """
            .formatted(upstream.address(), model));
  }

  /** Creates an account of the administrator from the JSON of the API; returns its id. */
  public String account(String body) {
    Response said = call("POST", "/api/plugin-api/accounts", admin(), body);
    if (said.status() != 200) {
      throw new AssertionError(said.text());
    }
    return said.json().path("data").path("cookie_id").asText();
  }

  /** Changes the database directly, for states that would take hours to reach. */
  public void execute(String sql) {
    try (var connection = database.source().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The quota of all users in this model group in the ledger, in millionths: the sum of entries.
   */
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

  /** Millionths as decimal text with four digits after the point. */
  public String shown(long micros) {
    return java.math.BigDecimal.valueOf(micros, 6)
        .setScale(4, java.math.RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /** Repeats the question until it returns a value; fails after 30 s. */
  public static <T> T eventually(Supplier<Optional<T>> question) {
    return eventually(question, Duration.ofSeconds(30));
  }

  public static <T> T eventually(Supplier<Optional<T>> question, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no value within " + timeout.toSeconds() + " s");
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }
}
