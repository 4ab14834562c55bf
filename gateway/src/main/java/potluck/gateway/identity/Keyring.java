package potluck.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import potluck.gateway.account.Secret;
import potluck.gateway.crypto.HmacSha256;

/**
 * Derives one key per purpose from a secret with HKDF-SHA256 without salt (RFC 5869), so that a
 * value made for one purpose is useless for another. After a rotation there are several secrets:
 * short-lived values are made with the newest and checked with any; permanent values, such as the
 * hash of an API key, use the oldest. Immutable, thread-safe.
 */
public final class Keyring {
  private static final String HMAC = "HmacSHA256";

  private static final int FINGERPRINT_BYTES = 4;

  private final List<SecretKey> masters;

  /**
   * @param master at least 32 bytes
   */
  public Keyring(Secret master) {
    this(List.of(master));
  }

  /**
   * @param masters newest first, each at least 32 bytes; at least one
   */
  public Keyring(List<Secret> masters) {
    if (masters.isEmpty()) {
      throw new IllegalArgumentException("a keyring needs at least one secret");
    }
    this.masters =
        masters.stream()
            .<SecretKey>map(master -> new SecretKeySpec(master.bytes(), "HKDF"))
            .toList();
  }

  /**
   * The key for one purpose, such as {@code api-key-v1}: 32 bytes, derived from the oldest secret,
   * so it never changes.
   */
  public byte[] derive(String purpose) {
    return derive(masters.getLast(), purpose);
  }

  /**
   * The key for one purpose from each secret, newest first; for values that are renewed regularly.
   */
  public List<byte[]> deriveAll(String purpose) {
    return masters.stream().map(master -> derive(master, purpose)).toList();
  }

  /** Identifies the oldest secret without revealing anything about it. */
  public String fingerprint() {
    return HexFormat.of()
        .formatHex(
            hmac(derive("mark-v1"), "mark".getBytes(StandardCharsets.UTF_8)), 0, FINGERPRINT_BYTES);
  }

  private static byte[] derive(SecretKey master, String purpose) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(master)
                  .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HKDF-SHA256", e);
    }
  }

  /**
   * HMAC-SHA-256 for a key that is used once; use {@link HmacSha256} for a key that is used often.
   */
  public static byte[] hmac(byte[] key, byte[] message) {
    return new HmacSha256(key).of(message);
  }
}
