package potluck.gateway.key;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/** Changes the fields of an API key; other nodes use them within two seconds. Thread-safe. */
public final class ApiKeyChanges {
  private final ChangeFeed changes;

  public ApiKeyChanges(ChangeFeed changes) {
    this.changes = changes;
  }

  /**
   * All fields that can change, with their new or present values.
   *
   * @param allowedModels empty for all
   * @param allowedAddresses addresses and networks; empty for all
   * @param expiresAt null for never
   */
  public record Fields(
      @Nullable String name,
      List<String> allowedModels,
      List<String> allowedAddresses,
      @Nullable Instant expiresAt) {}

  /** False if the user has no such key. */
  public boolean change(long userId, long id, Fields fields) {
    int rows =
        changes.inTransaction(
            Topic.KEY,
            Long.toString(id),
            handle ->
                handle
                    .createUpdate(
                        """
                        UPDATE api_keys SET name = :name, allowed_models = :models,
                          allowed_addresses = :addresses, expires_at = :expires
                        WHERE id = :id AND user_id = :user
                        """)
                    .bind("name", fields.name())
                    .bindArray("models", String.class, fields.allowedModels())
                    .bindArray("addresses", String.class, fields.allowedAddresses())
                    .bindByType("expires", fields.expiresAt(), Instant.class)
                    .bind("id", id)
                    .bind("user", userId)
                    .execute());
    return rows == 1;
  }
}
