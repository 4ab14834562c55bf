package potluck.server.http;

/**
 * Chinese texts of failures that are thrown with an English text. Used below {@code /api}; model
 * routes answer in English like all providers. Immutable.
 */
final class ChineseMessages {
  private static final PhraseTable PHRASES = PhraseTable.of("/refusals.zh.txt");

  private ChineseMessages() {}

  /** The text unchanged if it has no translation, for example a provider's own. */
  static String translate(String english) {
    return PHRASES.translate(english);
  }
}
