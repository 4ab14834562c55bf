package potluck.gateway.account;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import potluck.gateway.crypto.HmacSha256;

/**
 * Fernet, the format in which AntiHub encrypts credentials: AES-128-CBC and HMAC-SHA-256 with one
 * 32-byte key, without an expiry. See https://github.com/fernet/spec/blob/master/Spec.md.
 * Thread-safe.
 */
public final class Fernet {
  private static final byte VERSION = (byte) 0x80;
  private static final int HEADER_BYTES = 1 + 8 + 16;
  private static final int TAG_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final HmacSha256 signature;
  private final byte[] encryptionKey;
  private final InstantSource clock;

  /**
   * @param key 32 bytes in URL-safe base64
   * @throws IllegalArgumentException if the key is not 32 bytes in URL-safe base64
   */
  public Fernet(Secret key, InstantSource clock) {
    byte[] bytes = Base64.getUrlDecoder().decode(key.reveal());
    if (bytes.length != 32) {
      throw new IllegalArgumentException("a Fernet key is 32 bytes in URL-safe base64");
    }
    this.signature = new HmacSha256(Arrays.copyOfRange(bytes, 0, 16));
    this.encryptionKey = Arrays.copyOfRange(bytes, 16, 32);
    this.clock = clock;
  }

  String encrypt(byte[] plain) {
    try {
      byte[] iv = new byte[16];
      RANDOM.nextBytes(iv);
      byte[] cipher = cipher(Cipher.ENCRYPT_MODE, iv).doFinal(plain);
      ByteBuffer token = ByteBuffer.allocate(HEADER_BYTES + cipher.length + TAG_BYTES);
      token.put(VERSION).putLong(clock.instant().getEpochSecond()).put(iv).put(cipher);
      token.put(signature.of(token.array(), HEADER_BYTES + cipher.length));
      return Base64.getUrlEncoder().encodeToString(token.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-128-CBC", e);
    }
  }

  /** Empty if the token was not made with this key or was changed. */
  public Optional<byte[]> decrypt(String text) {
    try {
      byte[] token = Base64.getUrlDecoder().decode(text);
      if (!Base64.getUrlEncoder().encodeToString(token).equals(text)) {
        return Optional.empty(); // Different padding bits: another text for the same bytes.
      }
      int signed = token.length - TAG_BYTES;
      if (signed < HEADER_BYTES + 16 || token[0] != VERSION) {
        return Optional.empty();
      }
      byte[] tag = Arrays.copyOfRange(token, signed, token.length);
      if (!MessageDigest.isEqual(tag, signature.of(token, signed))) {
        return Optional.empty();
      }
      byte[] iv = Arrays.copyOfRange(token, 9, HEADER_BYTES);
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, iv).doFinal(token, HEADER_BYTES, signed - HEADER_BYTES));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(mode, new SecretKeySpec(encryptionKey, "AES"), new IvParameterSpec(iv));
    return cipher;
  }
}
