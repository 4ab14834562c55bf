package potluck.server.settings;

import java.util.Locale;
import java.util.Set;

/** Recognizes secrets from examples, which everybody knows. */
final class WeakSecrets {
  private static final Set<String> WORDS =
      Set.of("secret", "password", "admin", "test", "example", "12345678", "password123");
  private static final Set<String> PARTS =
      Set.of("changeme", "change-me", "change-this", "change_me", "placeholder", "<", ">");

  private WeakSecrets() {}

  static boolean isWeak(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return WORDS.contains(lower)
        || lower.startsWith("your")
        || lower.contains("-your-")
        || PARTS.stream().anyMatch(lower::contains)
        || lower.chars().distinct().count() < Math.min(4, lower.length());
  }
}
