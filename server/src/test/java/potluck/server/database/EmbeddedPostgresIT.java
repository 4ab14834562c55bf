package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.gateway.account.Secret;

/**
 * The embedded PostgreSQL after kills, with a second program, a used port and invalid files. All
 * tests use the same data folder.
 */
class EmbeddedPostgresIT {
  private static final Secret PASSWORD = new Secret("a password for tests");

  @TempDir static Path folder;

  @BeforeAll
  static void createTableWithOneRow() throws SQLException {
    TestPostgres.shareBinariesIn(folder);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      run(postgres, "CREATE TABLE dish (name text)");
      run(postgres, "INSERT INTO dish VALUES ('soup')");
    }
  }

  @Test
  void writesSurviveAnOrderlyStop() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(one(postgres, "SELECT name FROM dish LIMIT 1")).isEqualTo("soup");
    }
  }

  @Test
  void commitsSurviveAKill() throws Exception {
    EmbeddedPostgres killed = EmbeddedPostgres.start(folder, PASSWORD);
    run(killed, "CREATE TABLE kept AS SELECT 1 AS n");
    killed.process().destroyForcibly();
    killed.process().onExit().get();
    killed.close();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(one(postgres, "SELECT n FROM kept")).isEqualTo("1");
    }
  }

  @Test
  void runsDurablyAndOnLoopbackOnly() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(one(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(one(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(one(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(one(postgres, "SHOW unix_socket_directories")).isEmpty();
    }
  }

  @Test
  void wrongPasswordIsRefused() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), "potluck", "guess"))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void secondProgramSharesTheServerAndDoesNotStopIt() throws SQLException {
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder, PASSWORD)) {
      try (EmbeddedPostgres second = EmbeddedPostgres.start(folder, PASSWORD)) {
        assertThat(second.process().pid()).isEqualTo(first.process().pid());
      }
      assertThat(one(first, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void orphanedServerIsTakenOverAndStopped() throws Exception {
    EmbeddedPostgres orphan = EmbeddedPostgres.start(folder, PASSWORD);
    orphan.abandon(); // Like a killed program: the lock is released, the child runs on.
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(postgres.process().pid()).isEqualTo(orphan.process().pid());
      assertThat(one(postgres, "SELECT 1")).isEqualTo("1");
    }
    assertThat(orphan.process().isAlive()).isFalse();
  }

  @Test
  void pidFileOfAnotherProcessIsIgnored() throws Exception {
    Files.writeString(
        folder.resolve("data/postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + folder.resolve("data") + "\n1\n5432\n\n\n\nready\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(one(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void newPortIsChosenIfTheLastOneIsInUse() throws Exception {
    try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(folder.resolve("port"), Integer.toString(occupied.getLocalPort()));
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
        assertThat(postgres.url()).doesNotContain(":" + occupied.getLocalPort() + "/");
      }
    }
  }

  @Test
  void truncatedPortFileIsIgnored() throws Exception {
    Files.writeString(folder.resolve("port"), "");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PASSWORD)) {
      assertThat(one(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void dataOfAnotherMajorVersionIsRefused() throws IOException {
    Path version = folder.resolve("data/PG_VERSION");
    String ours = Files.readString(version);
    Files.writeString(version, "15\n");
    try {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, PASSWORD))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PostgreSQL 15")
          .hasMessageContaining("pg_dump");
    } finally {
      Files.writeString(version, ours);
    }
  }

  private static void run(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.url(), postgres.user(), PASSWORD.reveal());
  }
}
