package potluck.gateway.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * What a key of ours looks like: {@code sk-}, 58 characters of 62 (345 bits of chance), and six
 * that check them, 67 in all as at the origin. The check tells a typing error from a key without a
 * look-up.
 */
final class KeyFormat {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String PREFIX = "sk-";
  private static final int RANDOM_CHARS = 58;
  private static final int CHECK_CHARS = 6;
  private static final int MIN_IMPORTED_LENGTH = 24;
  private static final int MAX_IMPORTED_LENGTH = 200;
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyFormat() {}

  static String generate() {
    StringBuilder key = new StringBuilder(PREFIX);
    for (int i = 0; i < RANDOM_CHARS; i++) {
      key.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return key + checksum(key.toString());
  }

  /** Whether a text could be a key of ours. */
  static boolean isWellFormed(String text) {
    int length = PREFIX.length() + RANDOM_CHARS + CHECK_CHARS;
    return text.length() == length
        && text.startsWith(PREFIX)
        && text.substring(length - CHECK_CHARS)
            .equals(checksum(text.substring(0, length - CHECK_CHARS)));
  }

  /**
   * Whether a text could be a key that was made elsewhere: long enough not to be guessed, and
   * nothing but what a header carries.
   */
  static boolean isImportable(String text) {
    return text.length() >= MIN_IMPORTED_LENGTH
        && text.length() <= MAX_IMPORTED_LENGTH
        && text.startsWith(PREFIX)
        && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  static String preview(String key) {
    return key.substring(0, 8) + "...";
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    StringBuilder check = new StringBuilder();
    long left = crc.getValue();
    for (int i = 0; i < CHECK_CHARS; i++) {
      check.append(ALPHABET.charAt((int) (left % ALPHABET.length())));
      left /= ALPHABET.length();
    }
    return check.toString();
  }
}
