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
 * Seals the pair that follows a refresh token under that token itself (AES-256-GCM). The table has
 * only the token's hash, so a dump of it opens nothing; whoever repeats the token can be given the
 * same pair. Safe for use by many threads.
 */
final class TokenPairCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private volatile List<byte[]> keys;
  private final SecureRandom random = new SecureRandom();

  TokenPairCipher(Keyring keyring) {
    this.keys = keyring.deriveAll("refresh-successor-v1");
  }

  /** From now on the newest key seals; what any of them sealed opens. */
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
      throw new IllegalStateException("a successor cannot be sealed", e);
    }
    byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
    return all;
  }

  OpenedPair open(String parent, byte[] sealed) {
    byte[] plain = decrypt(parent, sealed);
    String text = new String(plain, StandardCharsets.US_ASCII);
    int line = text.indexOf('\n');
    return new OpenedPair(text.substring(0, line), text.substring(line + 1));
  }

  /** The two tokens that were sealed. */
  record OpenedPair(String accessToken, String refreshToken) {}

  private byte[] decrypt(String parent, byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    byte[] rest = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
    for (byte[] key : keys) {
      try {
        return run(Cipher.DECRYPT_MODE, key, parent, nonce, rest);
      } catch (AEADBadTagException e) {
        // Another key sealed it.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a successor cannot be opened", e);
      }
    }
    throw new IllegalStateException("a successor was sealed with a key that is gone");
  }

  private static byte[] run(int mode, byte[] key, String parent, byte[] nonce, byte[] input)
      throws GeneralSecurityException {
    byte[] own = Keyring.hmac(key, parent.getBytes(StandardCharsets.UTF_8));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(own, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return cipher.doFinal(input);
  }
}
