package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/**
 * Downgrades the schema only if no server uses it; commands report a missing database or schema.
 */
@Timeout(300)
class DowngradeIT {
  @TempDir private Path temp;

  @Test
  void downgradeIsRefusedWhileAServerRuns() throws Exception {
    TestServer server = TestServer.start(Map.of());
    try {
      CommandResult downgrade = CommandResult.runIn(server.folder(), "db", "downgrade");
      assertThat(downgrade.status()).isEqualTo(1);
      assertThat(downgrade.err()).contains("stop it first");
      CommandResult history = CommandResult.succeeded(server.folder(), "db", "history");
      assertThat(history.out()).doesNotContain("pending");
    } finally {
      server.close();
    }
    assertThat(CommandResult.succeeded(server.folder(), "db", "downgrade").out())
        .contains("pending");
  }

  @Test
  void commandOnAnEmptyDatabaseSaysThatItNeedsAnUpgrade() {
    CommandResult said =
        CommandResult.runIn(
            temp,
            Map.of("DATABASE_URL", TestPostgres.get().emptyDatabase(), "METRICS_PORT", "0"),
            "",
            "ledger",
            "verify");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.err()).contains("./potluck db upgrade").doesNotContain("SELECT");
  }

  @Test
  void errorsArePlainSentences() throws Exception {
    List<CommandResult> said =
        CommandResult.all(temp, "ledger verify", "db upgrade", "backup missing/kept.zip");
    assertThat(said).extracting(CommandResult::status).containsExactly(1, 0, 1);
    assertThat(said.getFirst().err())
        .contains("There is no database in " + temp.toRealPath().resolve("data"), "POTLUCK_HOME");
    assertThat(said.getLast().err())
        .contains("missing/kept.zip", "there is no such file or folder");
  }
}
