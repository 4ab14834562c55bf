package potluck.gateway.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encrypts credentials that are stored. The newest key encrypts and any key decrypts, so keys can
 * be rotated. The plain text contains the table, row and field it belongs to, because Fernet has no
 * associated data: a ciphertext copied to another row does not decrypt. Thread-safe.
 */
public final class Vault {
  private static final ObjectMapper JSON = new ObjectMapper();

  private volatile List<Fernet> keys;
  private final InstantSource clock;

  /**
   * @param keys Fernet keys, newest first; at least one
   */
  public Vault(List<Secret> keys, InstantSource clock) {
    this.clock = clock;
    this.keys = createKeys(keys);
  }

  /**
   * Replaces the keys. The newest of these encrypts from now on; the keys used before no longer
   * decrypt.
   *
   * @param newer newest first; at least one
   */
  public void rotateKeys(List<Secret> newer) {
    keys = createKeys(newer);
  }

  private List<Fernet> createKeys(List<Secret> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a vault needs at least one key");
    }
    return secrets.stream().map(key -> new Fernet(key, clock)).toList();
  }

  /** The table, row and field of a secret. */
  public record Location(String table, String row, String field) {}

  public String seal(Location place, Secret secret) {
    try {
      return keys.getFirst()
          .encrypt(
              JSON.writeValueAsBytes(
                  Map.of(
                      "v", 1,
                      "table", place.table(),
                      "id", place.row(),
                      "field", place.field(),
                      "value", secret.reveal())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the newest key encrypted this text. */
  boolean isSealedWithNewestKey(String sealed) {
    return keyIndex(sealed) == 0;
  }

  /** The index of the key that encrypted this text, 0 for the newest; -1 if none did. */
  public int keyIndex(String sealed) {
    List<Fernet> all = keys;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).decrypt(sealed).isPresent()) {
        return i;
      }
    }
    return -1;
  }

  /** Empty if no key decrypts the text or if it was encrypted for another location. */
  public Optional<Secret> open(Location place, String sealed) {
    for (Fernet key : keys) {
      Optional<byte[]> plain = key.decrypt(sealed);
      if (plain.isPresent()) {
        return open(place, plain.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<Secret> open(Location place, byte[] plain) {
    try {
      JsonNode envelope = JSON.readTree(plain);
      Location sealedFor =
          new Location(
              envelope.path("table").asText(),
              envelope.path("id").asText(),
              envelope.path("field").asText());
      return sealedFor.equals(place)
          ? Optional.of(new Secret(envelope.path("value").asText()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
