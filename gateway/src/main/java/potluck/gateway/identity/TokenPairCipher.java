package potluck.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the pair that follows a refresh token with a key derived from that token (AES-256-GCM).
 * The table has only the token's hash, so a dump of it reveals no tokens, and a client that repeats
 * the token can get the same pair. Thread-safe.
 */
final class TokenPairCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private volatile List<byte[]> keys;
  private final SecureRandom random = new SecureRandom();

  TokenPairCipher(Keyring keyring) {
    this.keys = keyring.deriveAll("refresh-successor-v1");
  }

  /** Replaces the keys. The newest one encrypts; any of them decrypts. */
  void rotateKeys(Keyring keyring) {
    keys = keyring.deriveAll("refresh-successor-v1");
  }

  byte[] seal(String parent, String access, String refresh) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] plain = (access + "\n" + refresh).getBytes(StandardCharsets.US_ASCII);
    byte[] sealed;
    try {
      sealed = run(Cipher.ENCRYPT_MODE, keys.getFirst(), parent, nonce, plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt a token pair", e);
    }
    byte[] result = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, result, NONCE_BYTES, sealed.length);
    return result;
  }

  OpenedPair open(String parent, byte[] sealed) {
    byte[] plain = decrypt(parent, sealed);
    String text = new String(plain, StandardCharsets.US_ASCII);
    int line = text.indexOf('\n');
    return new OpenedPair(text.substring(0, line), text.substring(line + 1));
  }

  /** The decrypted pair. */
  record OpenedPair(String accessToken, String refreshToken) {}

  private byte[] decrypt(String parent, byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    byte[] rest = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
    for (byte[] key : keys) {
      try {
        return run(Cipher.DECRYPT_MODE, key, parent, nonce, rest);
      } catch (AEADBadTagException e) {
        // It was encrypted with another key.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("cannot decrypt a token pair", e);
      }
    }
    throw new IllegalStateException("the key that encrypted a token pair is no longer known");
  }

  private static byte[] run(int mode, byte[] key, String parent, byte[] nonce, byte[] input)
      throws GeneralSecurityException {
    byte[] derived = Keyring.hmac(key, parent.getBytes(StandardCharsets.UTF_8));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return cipher.doFinal(input);
  }
}
