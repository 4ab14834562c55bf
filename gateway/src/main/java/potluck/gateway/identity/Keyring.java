package potluck.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import potluck.gateway.account.Secret;

/**
 * Derives one key a purpose from one secret, so that what is made for one purpose is worth nothing
 * for another. HKDF-SHA256 without salt (RFC 5869). Safe for use by many threads.
 */
public final class Keyring {
  private static final String HMAC = "HmacSHA256";

  private final SecretKey master;

  /**
   * @param master at least 32 bytes
   */
  public Keyring(Secret master) {
    this.master = new SecretKeySpec(master.bytes(), "HKDF");
  }

  /** 32 bytes for one purpose, such as {@code jwt-access-v1}. */
  public byte[] derive(String purpose) {
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

  /** HMAC-SHA-256. */
  public static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
    }
  }
}
