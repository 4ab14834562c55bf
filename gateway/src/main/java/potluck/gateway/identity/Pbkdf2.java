package potluck.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A PBKDF2-HMAC-SHA-256 hash of a password in the format of Passlib ({@code
 * $pbkdf2-sha256$rounds$salt$hash}) or Django ({@code pbkdf2_sha256$rounds$salt$hash}). Such hashes
 * are only verified, never created. RFC 8018. Immutable.
 */
record Pbkdf2(int rounds, byte[] salt, byte[] hash) {
  private static final Pattern PASSLIB =
      Pattern.compile(
          "\\$pbkdf2-sha256\\$([0-9]{1,7})\\$([./A-Za-z0-9]{0,200})\\$([./A-Za-z0-9]{43})");
  private static final Pattern DJANGO =
      Pattern.compile("pbkdf2_sha256\\$([0-9]{1,7})\\$([A-Za-z0-9]{1,200})\\$([+/A-Za-z0-9]{43})=");

  /** Takes about a second; a hash with more rounds would be an attack on logins. */
  private static final int MAX_ROUNDS = 2_000_000;

  /** Empty if the text is not such a hash, or if it has too many rounds. */
  static Optional<Pbkdf2> parse(String text) {
    Matcher passlib = PASSLIB.matcher(text);
    if (passlib.matches()) {
      return create(passlib, decode(passlib.group(2)), decode(passlib.group(3)));
    }
    Matcher django = DJANGO.matcher(text);
    return django.matches()
        ? create(
            django, django.group(2).getBytes(StandardCharsets.US_ASCII), decode(django.group(3)))
        : Optional.empty();
  }

  private static Optional<Pbkdf2> create(Matcher found, byte[] salt, byte[] hash) {
    int rounds = Integer.parseInt(found.group(1));
    return rounds < 1 || rounds > MAX_ROUNDS || hash.length != 32
        ? Optional.empty()
        : Optional.of(new Pbkdf2(rounds, salt, hash));
  }

  /** Passlib writes a dot instead of a plus, and no padding. */
  private static byte[] decode(String text) {
    try {
      return Base64.getDecoder().decode(text.replace('.', '+'));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /**
   * Whether the password matches. Implemented here because Java's PBKDF2 takes characters instead
   * of bytes, and no empty password or salt.
   */
  boolean matches(byte[] password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, "HmacSHA256"));
      mac.update(salt);
      byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
      byte[] sum = block.clone();
      for (int round = 1; round < rounds; round++) {
        block = mac.doFinal(block);
        for (int i = 0; i < sum.length; i++) {
          sum[i] ^= block[i];
        }
      }
      return MessageDigest.isEqual(sum, hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
    }
  }
}
