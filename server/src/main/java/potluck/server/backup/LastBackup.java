package potluck.server.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.store.SharedSettings;
import potluck.server.database.Database;

/** The last backup that {@code ./potluck backup} wrote; a note in the database. Thread-safe. */
public final class LastBackup {
  private static final String NAME = "last_backup";

  private LastBackup() {}

  /**
   * Notes a backup.
   *
   * @param at when it was written
   */
  public static void record(Database database, Path file, String at) throws IOException {
    String json =
        BackupManifest.JSON.writeValueAsString(
            Map.of("at", at, "size", Files.size(file), "file", file.toString()));
    Jdbi.create(database.source())
        .useTransaction(handle -> SharedSettings.putJson(handle, NAME, json));
  }

  /**
   * A backup.
   *
   * @param at when it was written
   * @param size in bytes
   * @param file where it was written, on the machine that wrote it
   */
  public record Note(String at, long size, String file) {}

  /** The last backup; empty if no backup was written since this is noted. */
  public static Optional<Note> find(Database database) {
    return Jdbi.create(database.source())
        .withHandle(handle -> SharedSettings.findJson(handle, NAME))
        .map(LastBackup::parse);
  }

  private static Note parse(String json) {
    try {
      return BackupManifest.JSON.readValue(json, Note.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
