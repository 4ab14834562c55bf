package potluck.server.http;

import org.jspecify.annotations.Nullable;

/**
 * A message in both languages of the house. Chinese is said where the caller names no language, as
 * the origin did. Immutable.
 */
public record LocalizedText(String zh, String en) {

  /**
   * @param acceptLanguage the header's value; null where absent
   */
  public String in(@Nullable String acceptLanguage) {
    return prefersChinese(acceptLanguage) ? zh : en;
  }

  /**
   * Whether somebody who says this is answered in Chinese.
   *
   * @param acceptLanguage the header's value; null where absent
   */
  static boolean prefersChinese(@Nullable String acceptLanguage) {
    return acceptLanguage == null || acceptLanguage.isBlank() || firstIsChinese(acceptLanguage);
  }

  /** The first language named decides; weights are rarely sent and never surprise then. */
  private static boolean firstIsChinese(String acceptLanguage) {
    return acceptLanguage.strip().toLowerCase(java.util.Locale.ROOT).startsWith("zh");
  }
}
