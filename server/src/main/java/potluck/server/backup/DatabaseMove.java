package potluck.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.quota.LedgerQueries;
import potluck.server.database.Database;

/**
 * Moves the data to another database: a backup and a restore. The journal stays and is posted into
 * the new database at the next start.
 */
public final class DatabaseMove {
  private DatabaseMove() {}

  /**
   * Moves everything.
   *
   * @param home on a disk with enough free space for a copy
   * @throws IllegalStateException if the target is not empty, or if its ledger does not add up
   *     afterwards
   */
  public static BackupManifest move(
      Database from, Database to, boolean replace, Path home, String version)
      throws IOException, SQLException {
    Path folder = Files.createTempDirectory(home, "move");
    Path file = folder.resolve("move.zip");
    try {
      BackupManifest manifest =
          new Backup(from, version).write(file, new Backup.NodeFiles("", List.of(), Map.of()));
      try (Restore restore = Restore.open(file)) {
        restore.restoreInto(to, replace);
      }
      List<String> wrong = new LedgerQueries(Jdbi.create(to.forReports())).verify();
      if (!wrong.isEmpty()) {
        throw new IllegalStateException(
            "The ledger of the target does not add up: " + String.join("; ", wrong));
      }
      return manifest;
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
