package potluck.server.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Secret;

/** The data folder of our own PostgreSQL: made once, whole or not at all, and of one version. */
final class PostgresDataFolder {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresDataFolder.class);

  private PostgresDataFolder() {}

  /** Makes it where it is not there yet; the caller has the {@link FolderLock}. */
  static void createIfMissing(
      Path bin, Path data, String user, Secret password, UnprivilegedUser unprivileged)
      throws IOException {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    LOG.info("making a database in {}", data);
    Path half = data.resolveSibling("making");
    PostgresBinaries.delete(half); // What a start that was killed left behind.
    Path words = Files.createTempFile(data.getParent(), "pw", ".tmp");
    try {
      Files.writeString(words, password.reveal());
      unprivileged.giveOwnership(words);
      PostgresTools.run(
          unprivileged.command(
              List.of(
                  bin.resolve("initdb").toString(),
                  "--pgdata=" + half,
                  "--username=" + user,
                  "--pwfile=" + words,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  // Sorted as C does, but letters of every script have their case: names of users
                  // are compared without it.
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8",
                  "--no-instructions")));
      Files.move(half, data);
    } finally {
      Files.deleteIfExists(words);
    }
  }

  /**
   * @throws IllegalStateException where another major version made it
   */
  static void checkVersion(Path data) throws IOException {
    String major = Files.readString(data.resolve("PG_VERSION"), StandardCharsets.US_ASCII).strip();
    String ours = PostgresBinaries.VERSION.substring(0, PostgresBinaries.VERSION.indexOf('.'));
    if (!major.equals(ours)) {
      throw new IllegalStateException(
          "the database in "
              + data
              + " is of PostgreSQL "
              + major
              + ", this program brings "
              + ours
              + "; start the version of Potluck that made it, dump it with pg_dump, and load it here");
    }
  }
}
