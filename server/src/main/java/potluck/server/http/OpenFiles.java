package potluck.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many sockets are possible with the open files that the system grants. */
final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /** Files of the program itself: jars, journal, database, logs, idle upstream connections. */
  private static final int MAX_OWN_FILES = 768;

  /** The same, without idle connections. */
  private static final int MIN_OWN_FILES = 224;

  /** With fewer sockets the server does not start. */
  private static final int MIN_SOCKETS = 16;

  private static final Pattern LIMIT =
      Pattern.compile("^Max open files +([0-9]+)", Pattern.MULTILINE);

  private OpenFiles() {}

  /**
   * Two sockets for each caller (its own and one to an upstream), or as many as the system grants
   * beside the program's own files and the connections that are being refused.
   *
   * @throws IllegalStateException if the system grants too few to serve anybody
   */
  static int maxSockets(int maxConnections, long files) {
    long rest = files - Math.max(MIN_OWN_FILES, Math.min(MAX_OWN_FILES, files / 4));
    long possible =
        rest
            - ServerLimits.ConnectionLimits.maxRejectionResponses(
                (int) Math.min(Integer.MAX_VALUE, rest));
    if (possible < MIN_SOCKETS) {
      throw new IllegalStateException(
          "The system grants "
              + files
              + " open files and Potluck needs at least 256; raise ulimit -n or LimitNOFILE.");
    }
    if (possible < maxConnections) {
      LOG.warn(
          "POTLUCK_MAX_CONNECTIONS is {}, but only {} connections are possible: the system grants"
              + " {} open files; raise ulimit -n or LimitNOFILE",
          maxConnections,
          possible,
          files);
    }
    return (int) Math.min(2L * maxConnections, possible);
  }

  /** The open files that Linux grants this process; a very large number on other systems. */
  static long granted(Path limits) {
    try {
      Matcher found = LIMIT.matcher(Files.readString(limits));
      return found.find() ? Long.parseLong(found.group(1)) : Integer.MAX_VALUE;
    } catch (IOException e) {
      return Integer.MAX_VALUE;
    }
  }
}
