package potluck.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.database.TestPostgres;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/**
 * Backup, restore, moves of the database, and the journal of a lost node: no data is lost or
 * counted twice.
 */
@Timeout(300)
class BackupRestoreIT {
  private static final String BOB = "{\"username\":\"bob\",\"password\":\"a-fine-long-password\"}";
  private static final String MODEL = "gpt-4.1-mini";

  private static FakeUpstream upstream;

  /** The server that most tests back up; it keeps running. */
  private static TestServer server;

  private static String key;

  /** Ids of all requests that it has served. */
  private static final List<String> SERVED = new CopyOnWriteArrayList<>();

  @TempDir private Path temp;

  @BeforeAll
  static void open() throws IOException {
    upstream = FakeUpstream.start();
    server = TestServer.start(Map.of());
    server.account(upstream, MODEL);
    key = server.key(server.admin());
    server.call("POST", "/api/admin/users", server.admin(), BOB);
  }

  @AfterAll
  static void close() {
    server.close();
    upstream.close();
  }

  @Test
  void backupUnderLoadRestoresIntoAnEmptyServer() throws Exception {
    Path file = temp.resolve("kept.zip");
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      load.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!stop.get()) {
                      SERVED.add(chat(server, key));
                    }
                  }));
    }
    int served = SERVED.size() + 40;
    TestServer.eventually(() -> SERVED.size() > served ? Optional.of(1) : Optional.empty());
    List<String> before = List.copyOf(SERVED);
    CommandResult typed =
        CommandResult.succeeded(server.folder(), "backup", file.toString(), "--with-secrets");
    assertThat(typed.out()).contains("The backup contains the keys");
    assertThat(
            server
                .call("GET", "/api/admin/backup", server.admin(), null)
                .json()
                .at("/backup/file")
                .asText())
        .isEqualTo(file.toString());
    stop.set(true);
    for (Thread thread : load) {
      thread.join();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Path fresh = newFolder();
    // A restore that fails in the middle keeps the earlier data.
    List<CommandResult> restored =
        CommandResult.all(fresh, "restore " + file, "restore " + damagedCopy(file) + " --replace");
    assertThat(restored.getFirst().out()).contains("The ledger adds up");
    assertThat(restored.getLast().status()).as(restored.toString()).isEqualTo(1);
    TestServer again = TestServer.startIn(fresh, Map.of());
    try {
      assertThat(requests(again)).containsAll(before);
      assertThat(requests(again)).doesNotHaveDuplicates();
      assertThat(again.login("bob", "a-fine-long-password")).isNotEmpty();
      String id = chat(again, key);
      TestServer.eventually(() -> requests(again).contains(id) ? Optional.of(1) : Optional.empty());
      assertThat(upstream.requests().getLast().request().header("authorization"))
          .contains("Bearer sk-upstream-secret");
      assertThat(
              again
                  .call("POST", "/api/admin/users", again.admin(), BOB.replace("bob", "carol"))
                  .status())
          .isEqualTo(201);
      assertThat(again.call("GET", "/api/admin/ledger/verify", again.admin(), null).text())
          .contains("true");
    } finally {
      again.close();
    }
    List<CommandResult> over =
        CommandResult.all(fresh, "restore " + file, "restore " + file + " --replace");
    assertThat(over.getFirst().status()).isEqualTo(1);
    assertThat(over.getFirst().err()).contains("--replace");
    assertThat(over.getLast().status()).as(over.toString()).isZero();
    assertThat(over.getLast().out()).contains("The ledger adds up");
  }

  @Test
  void backupWithoutKeysSaysSoAndDamagedBackupIsRefused() throws Exception {
    Path file = temp.resolve("kept.zip");
    List<CommandResult> running =
        CommandResult.all(server.folder(), "backup " + file, "restore " + file + " --replace");
    assertThat(running.getFirst().out()).contains("The backup does not contain the keys");
    assertThat(running.getLast().err()).contains("stop it first");
    Path fresh = newFolder();
    CommandResult typed = CommandResult.runIn(fresh, "restore", file.toString());
    assertThat(typed.status()).isEqualTo(1);
    assertThat(typed.out())
        .contains("no key opens the credentials of 2 accounts")
        .contains("data/secrets/jwt");
    Path damaged =
        rewrittenCopy(
            file,
            "tables/users",
            bytes -> {
              bytes[bytes.length / 2] ^= 1;
              return bytes;
            });
    assertThatThrownBy(() -> Restore.open(damaged))
        .hasMessageContaining("is damaged: tables/users does not match its digest");
    Files.write(damaged, Arrays.copyOf(Files.readAllBytes(file), 1000));
    assertThatThrownBy(() -> Restore.open(damaged)).hasMessageContaining("not a complete backup");
  }

  @Test
  void backupIncludesUnpostedJournal() throws Exception {
    Path file = temp.resolve("kept.zip");
    Path fresh = newFolder();
    List<String> sent = new ArrayList<>();
    awaitPosted(SERVED);
    try (Connection connection = server.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE usage IN EXCLUSIVE MODE"); // Blocks posting.
      for (int i = 0; i < 3; i++) {
        sent.add(chat(server, key));
      }
      SERVED.addAll(sent);
      CommandResult.succeeded(server.folder(), "backup", file.toString(), "--with-secrets");
      connection.rollback();
    }
    awaitPosted(sent);
    long used = used(server, sent);
    assertThat(used).isPositive();
    assertThat(CommandResult.succeeded(fresh, "restore", file.toString()).out())
        .contains("3 more from the journal")
        .contains("The ledger adds up");
    TestServer again = TestServer.startIn(fresh, Map.of());
    try {
      assertThat(requests(again)).containsAll(sent).doesNotHaveDuplicates();
      assertThat(used(again, sent)).isEqualTo(used);
    } finally {
      again.close();
    }
  }

  @Test
  void databaseMovesToAnotherServerAndBack() throws Exception {
    TestServer first = TestServer.withOwnPostgres(Map.of());
    String apiKey;
    try {
      first.account(upstream, MODEL);
      apiKey = first.key(first.admin());
      chat(first, apiKey);
    } finally {
      first.close();
    }
    Path folder = first.folder();
    sql(server, "CREATE DATABASE moved");
    String url = server.databaseUrl("moved");
    try (Connection connection = java.sql.DriverManager.getConnection(jdbc(url));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE of_somebody_else AS SELECT 1 AS one");
    }
    assertThat(CommandResult.succeeded(folder, "db", "move", "--to", url).out())
        .contains("Set DATABASE_URL");
    Map<String, String> external = Map.of("DATABASE_URL", url, "METRICS_PORT", "0");
    TestServer there = TestServer.startIn(folder, external);
    try {
      assertThat(requests(there)).hasSize(1);
      assertThat(ownTables(there)).isEqualTo(new Migrations(there.database().source()).tables());
      chat(there, apiKey);
      Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
      Path backup = temp.resolve("backup.zip");
      // A running command does not prevent a restore; a running node does.
      try (Database _ = Database.forCommand(there.settings())) {
        List<CommandResult> commands =
            CommandResult.all(
                elsewhere,
                external,
                "",
                List.of(
                    List.of("backup", backup.toString()),
                    List.of("restore", backup.toString(), "--replace")));
        assertThat(commands.getFirst().status()).as(commands.toString()).isZero();
        assertThat(backup).isNotEmptyFile();
        assertThat(commands.getLast().err()).contains("(1 nodes); stop every node first");
      }
    } finally {
      there.close();
    }
    try (Database _ = Database.forCommand(there.settings())) {
      List<CommandResult> back =
          CommandResult.all(
              folder,
              external,
              "",
              List.of(
                  List.of("ledger", "verify"),
                  List.of("db", "move", "--to", "embedded"),
                  List.of("db", "move", "--to", "embedded", "--replace")));
      assertThat(back.get(0).status()).as(back.toString()).isZero();
      assertThat(back.get(1).err()).contains("not empty");
      assertThat(back.get(2).status()).as(back.toString()).isZero();
    }
    TestServer home = TestServer.startIn(folder, Map.of());
    try {
      assertThat(requests(home)).hasSize(2);
      assertThat(home.call("GET", "/v1/models", apiKey, null).status()).isEqualTo(200);
    } finally {
      home.close();
    }
  }

  @Test
  void journalOfALostNodeIsPostedOnce() throws Exception {
    Path lost = temp.resolve("lost");
    List<String> sent = new ArrayList<>();
    TestServer node = TestServer.start(Map.of());
    try {
      node.account(upstream, MODEL);
      String apiKey = node.key(node.admin());
      for (int i = 0; i < 5; i++) {
        sent.add(chat(node, apiKey));
      }
      copy(node.settings().home().resolve("journal"), lost.resolve("journal"));
      copy(node.settings().home().resolve("secrets"), lost.resolve("secrets"));
    } finally {
      node.close();
    }
    Path nameless = temp.resolve("nameless");
    copy(lost.resolve("journal"), nameless.resolve("journal"));
    List<CommandResult> typed =
        CommandResult.all(
            server.folder(),
            "ledger post " + lost,
            "ledger post " + lost.resolve("journal"),
            "ledger verify",
            "ledger post " + nameless,
            "ledger post " + server.settings().home());
    assertThat(typed.get(0).out()).startsWith(sent.size() + " rows of node");
    assertThat(typed.get(1).out()).startsWith("0 rows of node");
    assertThat(requests(server)).containsAll(sent).doesNotHaveDuplicates();
    assertThat(typed.get(2).status()).as(typed.toString()).isZero();
    assertThat(typed.get(3).status()).isEqualTo(1);
    assertThat(typed.get(3).err()).contains("--node");
    assertThat(typed.get(4).err()).contains("posts its journal itself");
  }

  /** An empty folder, in which the PostgreSQL programs need not be unpacked again. */
  private Path newFolder() throws IOException {
    Path fresh = Files.createDirectory(temp.resolve("fresh"));
    TestPostgres.shareBinaries(fresh.resolve("data"));
    return fresh;
  }

  /**
   * A copy of the backup whose manifest names an older schema, and one row more of the last table
   * than the backup contains.
   */
  private Path damagedCopy(Path file) throws IOException {
    return rewrittenCopy(
        file,
        "manifest.json",
        bytes -> {
          ObjectMapper json = new ObjectMapper();
          try {
            JsonNode manifest = json.readTree(bytes);
            ArrayNode steps = (ArrayNode) manifest.path("steps");
            steps.remove(steps.size() - 1);
            JsonNode tables = manifest.path("tables");
            ObjectNode last = (ObjectNode) tables.get(tables.size() - 1);
            last.put("rows", last.path("rows").asLong() + 1);
            return json.writeValueAsBytes(manifest);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A copy of the backup in which the bytes of one entry are changed. */
  private Path rewrittenCopy(Path file, String name, UnaryOperator<byte[]> other)
      throws IOException {
    Path rewritten = temp.resolve("rewritten.zip");
    try (ZipFile from = new ZipFile(file.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(rewritten))) {
      for (ZipEntry entry : from.stream().toList()) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(entry.getName().equals(name) ? other.apply(bytes) : bytes);
      }
    }
    return rewritten;
  }

  /** Waits until all these requests have usage rows. */
  private static void awaitPosted(List<String> ids) {
    TestServer.eventually(
        () -> requests(server).containsAll(ids) ? Optional.of(1) : Optional.empty());
  }

  /** Sends a request that must succeed, and returns its id. */
  private static String chat(TestServer node, String key) {
    TestServer.Response said =
        node.call(
            "POST",
            "/v1/chat/completions",
            key,
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(MODEL));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.header("x-request-id").orElseThrow();
  }

  private static List<String> requests(TestServer node) {
    try (Connection connection = node.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT request_id::text FROM usage")) {
      List<String> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String jdbc(String url) {
    String login = url.substring(url.indexOf("//") + 2, url.indexOf('@'));
    String[] parts = login.split(":", -1);
    return "jdbc:postgresql://%s?user=%s&password=%s"
        .formatted(url.substring(url.indexOf('@') + 1), parts[0], parts[1]);
  }

  /**
   * All tables except the list of migrations and the table of another program, which must be
   * present.
   */
  private static Set<String> ownTables(TestServer node) throws SQLException {
    try (Connection connection = node.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
      Set<String> names = new TreeSet<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      assertThat(names.remove("changelog")).isTrue();
      assertThat(names.remove("of_somebody_else")).isTrue();
      return names;
    }
  }

  /** The quota that these requests used according to the ledger, in millionths. */
  private static long used(TestServer node, List<String> ids) throws SQLException {
    try (Connection connection = node.database().source().getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT coalesce(sum(amount), 0) FROM entries WHERE book = 'pool'"
                    + " AND transfer::text = ANY(?)")) {
      query.setArray(1, connection.createArrayOf("text", ids.toArray()));
      ResultSet row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private static void sql(TestServer node, String sql) throws SQLException {
    try (Connection connection = node.database().source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
