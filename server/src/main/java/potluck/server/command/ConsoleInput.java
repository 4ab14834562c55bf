package potluck.server.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads answers to questions. Secrets are never taken from arguments. */
@SuppressWarnings(
    "SystemConsoleNull") // It does if neither end is a terminal, depending on the JDK.
final class ConsoleInput {
  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private ConsoleInput() {}

  /** Without echo on a terminal; otherwise a line of standard input. */
  static String readSecret(String question) throws IOException {
    @Nullable Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("%s: ", question);
      return requireText(typed == null ? null : new String(typed), question);
    }
    return requireText(INPUT.readLine(), question);
  }

  static String readLine(String question) throws IOException {
    @Nullable Console console = System.console();
    if (console != null && console.isTerminal()) {
      return requireText(console.readLine("%s: ", question), question);
    }
    return requireText(INPUT.readLine(), question);
  }

  private static String requireText(@Nullable String text, String question) {
    if (text == null || text.isBlank()) {
      throw new ApiClient.ApiRefusal("no answer was given for: " + question);
    }
    return text.strip();
  }
}
