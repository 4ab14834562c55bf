package potluck.server.http;

import org.jspecify.annotations.Nullable;
import java.util.Locale;

/**
 * A message in English and Chinese. Without Accept-Language it is Chinese, as at AntiHub.
 * Immutable.
 */
public record LocalizedText(String zh, String en) {

  /**
   * @param acceptLanguage the header's value; null if absent
   */
  public String in(@Nullable String acceptLanguage) {
    return prefersChinese(acceptLanguage) ? zh : en;
  }

  /**
   * Whether the caller prefers Chinese.
   *
   * @param acceptLanguage the header's value; null if absent
   */
  static boolean prefersChinese(@Nullable String acceptLanguage) {
    return acceptLanguage == null || acceptLanguage.isBlank() || firstIsChinese(acceptLanguage);
  }

  /** The first language counts; clients rarely send weights. */
  private static boolean firstIsChinese(String acceptLanguage) {
    return acceptLanguage.strip().toLowerCase(Locale.ROOT).startsWith("zh");
  }
}
