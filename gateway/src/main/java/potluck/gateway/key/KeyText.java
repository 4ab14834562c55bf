package potluck.gateway.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * What a key of ours looks like: {@code sk-}, 58 characters of 62 (345 bits of chance), and six
 * that check them, 67 in all as at the origin. The check tells a typing error from a key without a
 * look-up.
 */
final class KeyText {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String PREFIX = "sk-";
  private static final int RANDOM_CHARS = 58;
  private static final int CHECK_CHARS = 6;
  private static final int SHORTEST = 24;
  private static final int LONGEST = 200;
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyText() {}

  static String fresh() {
    StringBuilder key = new StringBuilder(PREFIX);
    for (int i = 0; i < RANDOM_CHARS; i++) {
      key.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return key + check(key.toString());
  }

  /** Whether a text could be a key of ours. */
  static boolean plausible(String text) {
    int length = PREFIX.length() + RANDOM_CHARS + CHECK_CHARS;
    return text.length() == length
        && text.startsWith(PREFIX)
        && text.substring(length - CHECK_CHARS)
            .equals(check(text.substring(0, length - CHECK_CHARS)));
  }

  /**
   * Whether a text could be a key that was made elsewhere: long enough not to be guessed, and
   * nothing but what a header carries.
   */
  static boolean plausibleElsewhere(String text) {
    return text.length() >= SHORTEST
        && text.length() <= LONGEST
        && text.startsWith(PREFIX)
        && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  static String preview(String key) {
    return key.substring(0, 8) + "...";
  }

  private static String check(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    StringBuilder check = new StringBuilder();
    long left = crc.getValue();
    for (int i = 0; i < CHECK_CHARS; i++) {
      check.append(DIGITS.charAt((int) (left % DIGITS.length())));
      left /= DIGITS.length();
    }
    return check.toString();
  }
}
