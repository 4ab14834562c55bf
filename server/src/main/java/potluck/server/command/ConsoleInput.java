package potluck.server.command;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads answers to questions. Secrets are never taken from arguments. */
@SuppressWarnings(
    "SystemConsoleNull") // It does if neither end is a terminal, depending on the JDK.
final class ConsoleInput {
  private ConsoleInput() {}

  /** Without echo on a terminal; otherwise a line of standard input. */
  static String readSecret(String question) throws IOException {
    @Nullable Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("%s: ", question);
      return requireText(typed == null ? null : new String(typed), question);
    }
    return requireText(nextLine(System.in), question);
  }

  static String readLine(String question) throws IOException {
    @Nullable Console console = System.console();
    if (console != null && console.isTerminal()) {
      return requireText(console.readLine("%s: ", question), question);
    }
    return requireText(nextLine(System.in), question);
  }

  /** Reads no further than the end of the line, so that the next question gets the next line. */
  private static @Nullable String nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    boolean ended = next < 0;
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = in.read();
    }
    return ended ? null : line.toString(StandardCharsets.UTF_8);
  }

  private static String requireText(@Nullable String text, String question) {
    if (text == null || text.isBlank()) {
      throw new ApiClient.ApiRefusal("no answer was given for: " + question);
    }
    return text.strip();
  }
}
