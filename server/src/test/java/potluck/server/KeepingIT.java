package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.database.Migrations;

/** What a house has is kept, brought back, and moved, and nothing is lost or counted twice. */
@Timeout(300)
class KeepingIT {
  private static final String BOB = "{\"username\":\"bob\",\"password\":\"a-fine-long-password\"}";

  @TempDir private Path temp;

  @Test
  void aBackupUnderLoadIsRestoredIntoAFreshHouse() throws Exception {
    Path file = temp.resolve("kept.zip");
    String key;
    String model;
    List<String> before;
    List<String> after = new CopyOnWriteArrayList<>();
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse house = TestHouse.own(Map.of());
      try {
        model = account(house, upstream);
        key = house.key(house.admin());
        house.call("POST", "/api/admin/users", house.admin(), BOB);
        AtomicBoolean stop = new AtomicBoolean();
        String ofAll = key;
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          load.add(
              Thread.ofVirtual()
                  .start(
                      () -> {
                        while (!stop.get()) {
                          after.add(chat(house, ofAll, model));
                        }
                      }));
        }
        TestHouse.eventually(
            () -> after.size() > 40 ? java.util.Optional.of(1) : java.util.Optional.empty());
        before = List.copyOf(after);
        Typed typed = Typed.well(house.folder(), "backup", file.toString(), "--with-secrets");
        assertThat(typed.out()).contains("The keys are in it");
        stop.set(true);
        for (Thread thread : load) {
          thread.join();
        }
      } finally {
        house.close();
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");

      Path fresh = Files.createDirectory(temp.resolve("fresh"));
      Typed restored = Typed.well(fresh, "restore", file.toString());
      assertThat(restored.out()).contains("The ledger adds up");
      TestHouse again = TestHouse.at(fresh, Map.of());
      try {
        assertThat(requests(again)).containsAll(before);
        assertThat(requests(again)).doesNotHaveDuplicates();
        assertThat(again.login("bob", "a-fine-long-password")).isNotEmpty();
        String id = chat(again, key, model);
        TestHouse.eventually(
            () ->
                requests(again).contains(id)
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        assertThat(upstream.requests().getLast().request().header("authorization"))
            .contains("Bearer sk-kept-secret");
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
      Typed refused = Typed.in(fresh, "restore", file.toString());
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("--replace");
      assertThat(Typed.well(fresh, "restore", file.toString(), "--replace").out())
          .contains("The ledger adds up");
    }
  }

  @Test
  void aBackupWithoutKeysSaysSoAndADamagedOneIsRefused() throws Exception {
    Path file = temp.resolve("kept.zip");
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse house = TestHouse.own(Map.of());
      try {
        account(house, upstream);
        assertThat(Typed.well(house.folder(), "backup", file.toString()).out())
            .contains("The keys are not in it");
        assertThat(Typed.in(house.folder(), "restore", file.toString(), "--replace").err())
            .contains("stop it first");
      } finally {
        house.close();
      }
      Path fresh = Files.createDirectory(temp.resolve("fresh"));
      Typed typed = Typed.in(fresh, "restore", file.toString());
      assertThat(typed.status()).isEqualTo(1);
      assertThat(typed.out())
          .contains("no key opens the credentials of 2 accounts")
          .contains("data/secrets/jwt");
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Path other = Files.createDirectory(temp.resolve("other"));
    assertThat(Typed.in(other, "restore", file.toString()).status()).isEqualTo(1);
    Files.write(file, java.util.Arrays.copyOf(bytes, 1000));
    assertThat(Typed.in(other, "restore", file.toString()).err()).contains("no whole backup");
  }

  @Test
  void whatIsOnlyInTheJournalYetIsInTheBackup() throws Exception {
    Path file = temp.resolve("kept.zip");
    Path fresh = Files.createDirectory(temp.resolve("fresh"));
    List<String> sent = new ArrayList<>();
    long used;
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse house = TestHouse.own(Map.of());
      try {
        String model = account(house, upstream);
        String key = house.key(house.admin());
        try (Connection connection = house.database().source().getConnection();
            Statement statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          statement.execute("LOCK TABLE usage IN EXCLUSIVE MODE"); // Nothing can be posted.
          for (int i = 0; i < 3; i++) {
            sent.add(chat(house, key, model));
          }
          Typed.well(house.folder(), "backup", file.toString(), "--with-secrets");
          connection.rollback();
        }
        TestHouse.eventually(
            () ->
                requests(house).size() == sent.size()
                    ? java.util.Optional.of(1)
                    : java.util.Optional.empty());
        used = used(house);
        assertThat(used).isPositive();
      } finally {
        house.close();
      }
    }
    assertThat(Typed.well(fresh, "restore", file.toString()).out())
        .contains("3 more from the journal")
        .contains("The ledger adds up");
    TestHouse again = TestHouse.at(fresh, Map.of());
    try {
      assertThat(requests(again)).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(used(again)).isEqualTo(used);
    } finally {
      again.close();
    }
  }

  @Test
  void aHouseMovesToAnotherDatabaseAndBack() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse first = TestHouse.own(Map.of());
      String model;
      String key;
      try {
        model = account(first, upstream);
        key = first.key(first.admin());
        chat(first, key, model);
      } finally {
        first.close();
      }
      Path folder = first.folder();
      sql(TestHouse.shared(), "CREATE DATABASE moved");
      String url = TestHouse.shared().databaseUrl("moved");
      try (Connection connection = java.sql.DriverManager.getConnection(jdbc(url));
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE of_somebody_else AS SELECT 1 AS one");
      }
      assertThat(Typed.well(folder, "db", "move", "--to", url).out()).contains("Set DATABASE_URL");
      Map<String, String> external = Map.of("DATABASE_URL", url, "METRICS_PORT", "0");
      TestHouse there = TestHouse.at(folder, external);
      try {
        assertThat(requests(there)).hasSize(1);
        assertThat(ours(there)).isEqualTo(new Migrations(there.database().source()).tables());
        chat(there, key, model);
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Typed.in(elsewhere, external, "", "backup", temp.resolve("guest.zip").toString());
        assertThat(
                Typed.in(elsewhere, external, "", "restore", temp + "/guest.zip", "--replace")
                    .err())
            .contains("stop every node first");
      } finally {
        there.close();
      }
      Path kept = temp.resolve("external.zip");
      assertThat(Typed.in(folder, external, "", "backup", kept.toString()).status()).isZero();
      assertThat(kept).isNotEmptyFile();
      long usage = verifiedRows(external, folder);
      Typed back = Typed.in(folder, external, "", "db", "move", "--to", "embedded");
      assertThat(back.err()).contains("not empty");
      back = Typed.in(folder, external, "", "db", "move", "--to", "embedded", "--replace");
      assertThat(back.status()).as(back.toString()).isZero();
      TestHouse home = TestHouse.at(folder, Map.of());
      try {
        assertThat(requests(home)).hasSize(2);
        assertThat(home.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
        assertThat(usage).isEqualTo(2);
      } finally {
        home.close();
      }
    }
  }

  @Test
  void theJournalOfALostNodeIsPostedOnce() throws Exception {
    Path lost = temp.resolve("lost");
    int sent = 5;
    try (FakeUpstream upstream = FakeUpstream.start()) {
      TestHouse node = TestHouse.own(Map.of());
      try {
        String model = account(node, upstream);
        String key = node.key(node.admin());
        for (int i = 0; i < sent; i++) {
          chat(node, key, model);
        }
        copy(node.settings().home().resolve("journal"), lost.resolve("journal"));
        copy(node.settings().home().resolve("secrets"), lost.resolve("secrets"));
      } finally {
        node.close();
      }
    }
    TestHouse house = TestHouse.own(Map.of());
    try {
      Typed once = Typed.well(house.folder(), "ledger", "post", lost.toString());
      assertThat(once.out()).startsWith(sent + " rows of node");
      Typed twice =
          Typed.well(house.folder(), "ledger", "post", lost.resolve("journal").toString());
      assertThat(twice.out()).startsWith("0 rows of node");
      assertThat(requests(house)).hasSize(sent);
      Typed.well(house.folder(), "ledger", "verify");
      Files.delete(lost.resolve("secrets/node"));
      Typed unknown = Typed.in(house.folder(), "ledger", "post", lost.toString());
      assertThat(unknown.status()).isEqualTo(1);
      assertThat(unknown.err()).contains("--node");
      Typed running =
          Typed.in(house.folder(), "ledger", "post", house.settings().home().toString());
      assertThat(running.err()).contains("posts its journal itself");
    } finally {
      house.close();
    }
  }

  /** Rows of usage in a database where the ledger adds up. */
  private static long verifiedRows(Map<String, String> environment, Path folder) {
    assertThat(Typed.in(folder, environment, "", "ledger", "verify").status()).isZero();
    TestHouse house = TestHouse.at(folder, environment);
    try {
      return requests(house).size();
    } finally {
      house.close();
    }
  }

  private static String account(TestHouse house, FakeUpstream upstream) {
    String model = "gpt-4.1-mini";
    TestHouse.Said said =
        house.call(
            "POST",
            "/api/plugin-api/accounts",
            house.admin(),
            """
            {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-kept-secret",
             "models":["%s"],"is_shared":1}
            """
                .formatted(upstream.address(), model));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return model;
  }

  /** The id of a request that was served. */
  private static String chat(TestHouse house, String key, String model) {
    TestHouse.Said said =
        house.call(
            "POST",
            "/v1/chat/completions",
            key,
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(model));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.header("x-request-id").orElseThrow();
  }

  private static List<String> requests(TestHouse house) {
    try (Connection connection = house.database().source().getConnection();
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

  /** Tables that are there, but for the list of migrations and somebody else's, which stays. */
  private static Set<String> ours(TestHouse house) throws SQLException {
    try (Connection connection = house.database().source().getConnection();
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

  /** What all requests took from quotas, in millionths, by the ledger. */
  private static long used(TestHouse house) throws SQLException {
    try (Connection connection = house.database().source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(sum(amount), 0) FROM entries WHERE book = 'pool'")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void sql(TestHouse house, String sql) throws SQLException {
    try (Connection connection = house.database().source().getConnection();
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
