package potluck.server.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A message in English and Chinese. Immutable. */
public record LocalizedText(String zh, String en) {

  /**
   * @param acceptLanguage the header's value, or the default language
   */
  public String in(@Nullable String acceptLanguage) {
    return prefersChinese(acceptLanguage) ? zh : en;
  }

  /**
   * Whether the caller prefers Chinese. The first language counts; clients rarely send weights.
   *
   * @param acceptLanguage the header's value, or the default language; null for English
   */
  static boolean prefersChinese(@Nullable String acceptLanguage) {
    return acceptLanguage != null
        && acceptLanguage.strip().toLowerCase(Locale.ROOT).startsWith("zh");
  }
}
