package potluck.server.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads {@code .env}: one name=value per line, with comments and quotes. */
final class DotEnv {
  private DotEnv() {}

  /**
   * The file that counts: in the folder that {@code POTLUCK_HOME} names in the environment, if
   * there is one there, else in the folder in which Potluck was started.
   */
  static Path locate(Map<String, String> environment, Path folder) {
    String home = environment.getOrDefault(Setting.POTLUCK_HOME.name(), "").strip();
    Path inHome = folder.resolve(home).resolve(".env");
    return !home.isEmpty() && Files.isRegularFile(inHome) ? inHome : folder.resolve(".env");
  }

  /** The values of the file; none if there is no file. */
  static Map<String, String> read(Path file) {
    Map<String, String> values = new HashMap<>();
    try {
      if (Files.isRegularFile(file)) {
        Files.readAllLines(file).forEach(line -> readLine(line.strip(), values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    return values;
  }

  private static void readLine(String line, Map<String, String> values) {
    int equals = line.indexOf('=');
    if (line.startsWith("#") || equals < 1) {
      return;
    }
    String name = line.substring(0, equals).strip();
    if (name.startsWith("export ")) {
      name = name.substring("export ".length()).strip();
    }
    values.put(name, unquote(line.substring(equals + 1).strip()));
  }

  /**
   * The text between quotes, or before a comment. The value ends at the first quote that only a
   * comment follows, so that quotes and number signs may be part of it.
   */
  private static String unquote(String value) {
    if (value.startsWith("\"") || value.startsWith("'")) {
      char quote = value.charAt(0);
      for (int end = value.indexOf(quote, 1); end > 0; end = value.indexOf(quote, end + 1)) {
        String rest = value.substring(end + 1).strip();
        if (rest.isEmpty() || rest.startsWith("#")) {
          return value.substring(1, end);
        }
      }
    }
    int comment = value.indexOf(" #");
    return comment < 0 ? value : value.substring(0, comment).strip();
  }
}
