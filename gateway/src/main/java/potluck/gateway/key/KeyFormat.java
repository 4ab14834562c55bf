package potluck.gateway.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The format of our own API keys: {@code sk-}, 58 random characters of 62 (345 bits) and a checksum
 * of six, 67 in total as in AntiHub. The checksum detects a typing error without a look-up.
 * Stateless.
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

  /** Whether a text has the format of our own keys and a right checksum. */
  static boolean isWellFormed(String text) {
    int length = PREFIX.length() + RANDOM_CHARS + CHECK_CHARS;
    return text.length() == length
        && text.startsWith(PREFIX)
        && text.substring(length - CHECK_CHARS)
            .equals(checksum(text.substring(0, length - CHECK_CHARS)));
  }

  /**
   * Whether a text could be an imported key: long enough not to be guessed, and only characters
   * that a header can carry.
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
