package potluck.server.command;

import java.util.Map;
import java.util.stream.Stream;

/**
 * The language in which commands print: Chinese if {@code LC_ALL}, {@code LC_MESSAGES} or {@code
 * LANG} (the first that is set) begins with {@code zh}, otherwise English.
 */
final class CommandText {
  private CommandText() {}

  /** The text in the language of this process. */
  static String of(String en, String zh) {
    return isChinese(System.getenv()) ? zh : en;
  }

  static boolean isChinese(Map<String, String> environment) {
    return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .filter(value -> value.startsWith("zh"))
        .isPresent();
  }
}
