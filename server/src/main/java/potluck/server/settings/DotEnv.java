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

  /** The values of the file, overridden by the environment. */
  static Map<String, String> mergedWith(Map<String, String> environment, Path file) {
    Map<String, String> values = new HashMap<>();
    try {
      if (Files.isRegularFile(file)) {
        Files.readAllLines(file).forEach(line -> read(line.strip(), values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    values.putAll(environment);
    return values;
  }

  private static void read(String line, Map<String, String> values) {
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

  private static String unquote(String value) {
    if (value.length() >= 2
        && (value.startsWith("\"") || value.startsWith("'"))
        && value.endsWith(value.substring(0, 1))) {
      return value.substring(1, value.length() - 1);
    }
    int comment = value.indexOf(" #");
    return comment < 0 ? value : value.substring(0, comment).strip();
  }
}
