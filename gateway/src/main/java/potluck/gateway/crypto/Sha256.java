package potluck.gateway.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * SHA-256, and random tokens of 256 bits, of which only the hash is stored. Such tokens cannot be
 * guessed, so their hash needs no salt. Thread-safe.
 */
public final class Sha256 {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Sha256() {}

  /** 43 characters that may be used in a URL. */
  public static String randomToken() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The SHA-256 of the text in UTF-8; 32 bytes. */
  public static byte[] of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The PKCE code challenge of a verifier (RFC 7636, S256). */
  public static String pkceChallenge(String verifier) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(of(verifier));
  }

  /** The hash; 32 bytes. */
  public static byte[] of(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
