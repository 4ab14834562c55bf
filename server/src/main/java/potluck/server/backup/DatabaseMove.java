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
 * From one database to another: a backup, and a restore of it. The journal stays where it is, and
 * is posted into the new one when the program starts.
 */
public final class DatabaseMove {
  private DatabaseMove() {}

  /**
   * @param home where there is room for a copy meanwhile
   * @throws IllegalStateException where the other one is not empty, or does not add up afterwards
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
            "the ledger does not add up there: " + String.join("; ", wrong));
      }
      return manifest;
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
