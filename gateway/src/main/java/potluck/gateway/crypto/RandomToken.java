package potluck.gateway.crypto;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Random tokens of 256 bits. They cannot be guessed, so it is enough to store their {@link Sha256}
 * without a salt. Thread-safe.
 */
public final class RandomToken {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomToken() {}

  /** A new token: 43 characters that may be used in a URL. */
  public static String create() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return encode(bytes);
  }

  /** The PKCE code challenge of a token that is used as code verifier (RFC 7636, S256). */
  public static String pkceChallenge(String verifier) {
    return encode(Sha256.of(verifier));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
