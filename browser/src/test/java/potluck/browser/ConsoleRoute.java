package potluck.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page of the console, as {@code routes.js} declares it.
 *
 * @param path its address after {@code #}; a part that begins with a colon varies
 * @param tag the element that draws it
 * @param role who may open it: {@code public}, {@code member} or {@code operator}
 */
record ConsoleRoute(String path, String tag, String role) {
  /** The root folder of the repository. */
  static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();

  /** The folder with the files of the console. */
  static final Path WEB = ROOT.resolve("console/src/main/web");

  private static final Pattern ROUTE =
      Pattern.compile("\\{ path: \"([^\"]+)\", tag: \"([^\"]+)\", role: \"([^\"]+)\"");

  /** All pages, in the order of {@code routes.js}. */
  static List<ConsoleRoute> all() {
    try {
      return ROUTE
          .matcher(Files.readString(WEB.resolve("routes.js")))
          .results()
          .map(found -> new ConsoleRoute(found.group(1), found.group(2), found.group(3)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether everybody may open it, also without a log-in. */
  boolean isPublic() {
    return role.equals("public");
  }
}
