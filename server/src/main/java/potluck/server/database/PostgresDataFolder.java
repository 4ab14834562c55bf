package potluck.server.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Secret;

/**
 * The data folder of the embedded PostgreSQL: created once, complete or not at all, for one major
 * version.
 */
final class PostgresDataFolder {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresDataFolder.class);

  private PostgresDataFolder() {}

  /** Creates it if it does not exist; the caller holds the {@link FolderLock}. */
  static void createIfMissing(
      Path bin, Path data, String user, Secret password, UnprivilegedUser unprivileged)
      throws IOException {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    LOG.info("creating a database in {}", data);
    Path temporary = data.resolveSibling("making");
    PostgresBinaries.delete(temporary); // Left by a start that was killed.
    Path words = Files.createTempFile(data.getParent(), "pw", ".tmp");
    try {
      Files.writeString(words, password.reveal());
      unprivileged.giveOwnership(words);
      PostgresTools.run(
          unprivileged.command(
              List.of(
                  bin.resolve("initdb").toString(),
                  "--pgdata=" + temporary,
                  "--username=" + user,
                  "--pwfile=" + words,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  // Sorted like C, but with case mapping for letters of every script: user names
                  // are compared without case.
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8",
                  "--no-instructions")));
      Files.move(temporary, data);
    } finally {
      Files.deleteIfExists(words);
    }
  }

  /**
   * @throws IllegalStateException if another major version created it
   */
  static void checkVersion(Path data) throws IOException {
    String major = Files.readString(data.resolve("PG_VERSION"), StandardCharsets.US_ASCII).strip();
    String current = PostgresBinaries.VERSION.substring(0, PostgresBinaries.VERSION.indexOf('.'));
    if (!major.equals(current)) {
      throw new IllegalStateException(
          "The database in "
              + data
              + " was created by PostgreSQL "
              + major
              + ", but this program has "
              + current
              + ". Start the version of Potluck that created it, dump it with pg_dump, and load the dump here.");
    }
  }
}
