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
 * Keeps credentials at rest. The first key encrypts, any key decrypts, so keys can be rotated.
 * Fernet binds a text to nothing; here the plain text names its table, row and field, so that a
 * ciphertext moved to another row does not open. Safe for use by many threads.
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
   * From now on the newest of these encrypts, and no other decrypts.
   *
   * @param newer newest first; at least one
   */
  public void rotateKeys(List<Secret> newer) {
    keys = createKeys(newer);
  }

  private List<Fernet> createKeys(List<Secret> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a vault needs a key");
    }
    return secrets.stream().map(key -> new Fernet(key, clock)).toList();
  }

  /** Where a secret lives. */
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

  /** Whether the newest key sealed it. */
  boolean isSealedWithNewestKey(String sealed) {
    return keyIndex(sealed) == 0;
  }

  /** Which key sealed it, counted from 0, the newest; -1 where none did. */
  public int keyIndex(String sealed) {
    List<Fernet> all = keys;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).decrypt(sealed).isPresent()) {
        return i;
      }
    }
    return -1;
  }

  /** Empty where no key opens it, or where it was sealed for another place. */
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
