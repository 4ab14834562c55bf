package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.settings.Settings;

class DatabaseIT {
  @TempDir Path folder;

  @Test
  void embeddedDatabaseIsReachableAndHidesItsPassword() throws IOException {
    Settings settings = Settings.load(Map.of(), folder);
    TestPostgres.shareBinaries(settings.home());
    try (Database database = Database.open(settings)) {
      assertThat(database.isReachable()).isTrue();
      String password = Files.readString(settings.home().resolve("secrets/postgres"));
      Path hba = settings.home().resolve("postgres/data/pg_hba.conf");
      assertThat(hba).content().contains("scram-sha-256").doesNotContain("trust\n", password);
    }
  }

  @Test
  void externalDatabaseIsReachedByUrl() throws Exception {
    Settings own = Settings.load(Map.of(), folder);
    TestPostgres.shareBinaries(own.home());
    try (Database first = Database.open(own)) {
      String port = Files.readString(own.home().resolve("postgres/port"));
      String password = Files.readString(own.home().resolve("secrets/postgres"));
      String url =
          "postgresql+asyncpg://potluck:%s@127.0.0.1:%s/postgres".formatted(password, port);
      Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
      try (Database second = Database.open(Settings.load(Map.of("DATABASE_URL", url), elsewhere))) {
        assertThat(second.isReachable()).isTrue();
        assertThat(second.postgresPrograms()).isEmpty();
        new Migrations(second.source()).upgrade();
      }
      assertThat(first.isReachable()).isTrue();
    }
  }

  @Test
  void unreachableDatabaseDoesNotStopTheStart() throws Exception {
    String url = "postgresql://u:p@127.0.0.1:" + freePort() + "/none";
    try (Database database = Database.open(Settings.load(Map.of("DATABASE_URL", url), folder))) {
      assertThat(database.isReachable()).isFalse();
      assertThatThrownBy(() -> database.source().getConnection()).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void urlMayHaveUnderscoresAndEncodedCharacters() {
    HikariConfig config = Database.external("postgresql+asyncpg://me:p%40s+s@my_db:5433/pot?a=b");
    assertThat(config.getJdbcUrl()).isEqualTo("jdbc:postgresql://my_db:5433/pot?a=b");
    assertThat(config.getUsername()).isEqualTo("me");
    assertThat(config.getPassword()).isEqualTo("p@s+s");
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
