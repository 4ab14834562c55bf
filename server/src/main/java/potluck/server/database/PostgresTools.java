package potluck.server.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the short-lived programs of PostgreSQL: initdb, pg_ctl. */
final class PostgresTools {
  private static final int TAIL_LENGTH = 2000;

  private PostgresTools() {}

  /**
   * Waits for its end.
   *
   * @throws IllegalStateException if it failed, with its output
   */
  static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command.getFirst() + " failed:\n" + tail(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The end of a text, which has the reason. */
  static String tail(String text) {
    return text.length() <= TAIL_LENGTH ? text : text.substring(text.length() - TAIL_LENGTH);
  }
}
