package potluck.server.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.ibatis.migration.Change;
import org.apache.ibatis.migration.MigrationLoader;
import org.apache.ibatis.migration.MigrationReader;
import org.jspecify.annotations.Nullable;

/** The migrations on the class path: the file {@code index} lists them in order. */
final class MigrationScripts implements MigrationLoader {
  /** The program's own, on the class path. */
  static final String FOLDER = "/migrations/";

  /** Others queue behind a statement that waits for a lock, so it must not wait long. */
  private static final String SHORT_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s';\n";

  private final String folder;
  private final String prefix;

  /**
   * Steps that give up if a table is locked for more than a second.
   *
   * @param folder on the class path, with a slash at both ends
   */
  MigrationScripts(String folder) {
    this(folder, SHORT_LOCK_TIMEOUT);
  }

  private MigrationScripts(String folder, String before) {
    this.folder = folder;
    this.prefix = before;
  }

  /** The program's own steps, which wait for locks without limit. */
  static MigrationScripts withoutLockTimeout() {
    return new MigrationScripts(FOLDER, "");
  }

  @Override
  public List<Change> getMigrations() {
    List<Change> changes = new ArrayList<>();
    try (InputStream index = open("index")) {
      for (String file : new String(index.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!file.isBlank()) {
          changes.add(change(file.strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return changes;
  }

  private static Change change(String file) {
    int separator = file.indexOf('_');
    String words = file.substring(separator + 1, file.length() - ".sql".length()).replace('_', ' ');
    Change change = new Change(new BigDecimal(file.substring(0, separator)));
    change.setDescription(words);
    change.setFilename(file);
    return change;
  }

  @Override
  public Reader getScriptReader(Change change, boolean undo) {
    try (Reader script =
        new MigrationReader(open(change.getFilename()), "UTF-8", undo, new Properties())) {
      return new StringReader(prefix + script.readAllAsString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Reader getBootstrapReader() {
    return new StringReader("");
  }

  @Override
  public Reader getOnAbortReader() {
    return new StringReader("");
  }

  private InputStream open(String name) {
    @Nullable InputStream file = MigrationScripts.class.getResourceAsStream(folder + name);
    if (file == null) {
      throw new IllegalStateException("The migration " + name + " is missing from the program.");
    }
    return file;
  }
}
