package potluck.server.command;

import java.util.Map;
import java.util.stream.Stream;
import potluck.server.http.PhraseTable;

/**
 * The language in which commands print: Chinese if {@code LC_ALL}, {@code LC_MESSAGES} or {@code
 * LANG} (the first that is set) begins with {@code zh}, otherwise English.
 */
final class CommandText {
  private static final PhraseTable CHINESE = PhraseTable.of("/commands.zh.txt");

  private CommandText() {}

  /** The text in the language of this process. */
  static String of(String en, String zh) {
    return isChinese(System.getenv()) ? zh : en;
  }

  /**
   * A text of {@code commands.zh.txt} in the language of this process; a text that is not there
   * stays English.
   */
  static String translate(String english) {
    return of(english, chinese(english));
  }

  static String chinese(String english) {
    return CHINESE.translate(english);
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
