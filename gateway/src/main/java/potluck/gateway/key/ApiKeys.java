package potluck.gateway.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.crypto.HmacSha256;
import potluck.gateway.identity.Keyring;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Reads and writes the table {@code api_keys}. Keys are cached: a look-up on the hot path costs one
 * HMAC and one map access. The table has keyed hashes only, so a stolen table is useless.
 * Thread-safe.
 */
public final class ApiKeys {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final HmacSha256 pepper;
  private final Map<ByteBuffer, ApiKey> byHash = new ConcurrentHashMap<>();

  /**
   * The version at which there were no imported keys. While it is current, texts in another format
   * than our own are rejected without a look-up.
   */
  private volatile long versionWithoutImportedKeys = -1;

  /** Raised by each change, so that a row read before a change is not cached after it. */
  private final AtomicLong version = new AtomicLong();

  public ApiKeys(Jdbi jdbi, ChangeFeed changes, Keyring keyring) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.pepper = new HmacSha256(keyring.derive("api-key-v1"));
    changes.listen(
        change -> {
          if (change.topic() == Topic.KEY) {
            version.incrementAndGet();
            byHash.values().removeIf(key -> key.id() == Long.parseLong(change.id()));
          }
        });
  }

  /** The fields of a new key. */
  public record Draft(
      long userId,
      @Nullable String name,
      @Nullable String description,
      String configType,
      List<String> allowedModels,
      List<String> allowedAddresses,
      boolean onlyDedicated,
      boolean loopbackOnly,
      @Nullable Instant expiresAt) {}

  /**
   * A new key with its text, which is shown only once.
   *
   * @param text the key itself
   */
  public record CreatedKey(ApiKey key, String text) {}

  /** Caches all active keys, so that their first request needs no database. */
  public void load() {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM api_keys WHERE is_active")
                .map((rs, _) -> Map.entry(ByteBuffer.wrap(rs.getBytes("hash")), KeyRows.read(rs)))
                .forEach(entry -> byHash.put(entry.getKey(), entry.getValue())));
  }

  public CreatedKey add(Draft draft) {
    return add(draft, false);
  }

  /** Creates a key with which another backend manages the accounts of one of its users. */
  public CreatedKey addForPlugin(long userId) {
    return add(
        new Draft(userId, "plug-in", null, "plugin", List.of(), List.of(), false, false, null),
        true);
  }

  /**
   * A key that was created by another gateway and keeps working here.
   *
   * @param createdAt null for now
   */
  public record ImportedKey(
      Draft draft,
      Secret text,
      boolean active,
      boolean managesAccounts,
      @Nullable Instant createdAt,
      @Nullable Instant lastUsedAt) {}

  /** Whether a text can be imported as a key: {@code sk-} and 21 to 197 more characters. */
  public static boolean canImport(Secret text) {
    return KeyFormat.isImportable(text.reveal());
  }

  /**
   * Inserts an imported key inside the caller's transaction.
   *
   * @return its id; empty if a key with this text exists
   */
  public Optional<Long> insertImported(Handle handle, ImportedKey key) {
    Draft draft = key.draft();
    Optional<Long> id =
        handle
            .createQuery(
                """
                INSERT INTO api_keys (user_id, hash, preview, name, description, config_type,
                  is_active, allowed_models, allowed_addresses, only_dedicated, opens_plugin,
                  expires_at, created_at, last_used_at, from_elsewhere)
                VALUES (:user, :hash, :preview, :name, :description, :type, :active, :models,
                  :addresses, :dedicated, :plugin, :expires, coalesce(:created::timestamptz, now()), :used, true)
                ON CONFLICT DO NOTHING RETURNING id
                """)
            .bind("user", draft.userId())
            .bind("hash", hash(key.text().reveal()))
            .bind("preview", KeyFormat.preview(key.text().reveal()))
            .bind("name", draft.name())
            .bind("description", draft.description())
            .bind("type", draft.configType())
            .bind("active", key.active())
            .bindArray("models", String.class, draft.allowedModels())
            .bindArray("addresses", String.class, draft.allowedAddresses())
            .bind("dedicated", draft.onlyDedicated())
            .bind("plugin", key.managesAccounts())
            .bind("expires", draft.expiresAt())
            .bindByType("created", key.createdAt(), Instant.class)
            .bindByType("used", key.lastUsedAt(), Instant.class)
            .mapTo(Long.class)
            .findOne();
    id.ifPresent(made -> ChangeFeed.record(handle, Topic.KEY, Long.toString(made)));
    return id;
  }

  private CreatedKey add(Draft draft, boolean opensPlugin) {
    String text = KeyFormat.generate();
    byte[] hash = hash(text);
    ApiKey key =
        jdbi.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        INSERT INTO api_keys (user_id, hash, preview, name, description, config_type,
                          allowed_models, allowed_addresses, only_dedicated, loopback_only, opens_plugin,
                          expires_at)
                        VALUES (:user, :hash, :preview, :name, :description, :type, :models, :addresses,
                          :dedicated, :loopback, :plugin, :expires)
                        RETURNING *
                        """)
                    .bind("user", draft.userId())
                    .bind("hash", hash)
                    .bind("preview", KeyFormat.preview(text))
                    .bind("name", draft.name())
                    .bind("description", draft.description())
                    .bind("type", draft.configType())
                    .bindArray("models", String.class, draft.allowedModels())
                    .bindArray("addresses", String.class, draft.allowedAddresses())
                    .bind("dedicated", draft.onlyDedicated())
                    .bind("loopback", draft.loopbackOnly())
                    .bind("plugin", opensPlugin)
                    .bind("expires", draft.expiresAt())
                    .map((rs, _) -> KeyRows.read(rs))
                    .one());
    byHash.put(ByteBuffer.wrap(hash), key);
    return new CreatedKey(key, text);
  }

  /**
   * The key with this text, even if it is inactive or expired.
   *
   * @throws org.jdbi.v3.core.JdbiException if the key is not cached and the database is unavailable
   */
  public Optional<ApiKey> find(String text) {
    boolean ownFormat = KeyFormat.isWellFormed(text);
    if (!ownFormat
        && (versionWithoutImportedKeys == version.get() || !KeyFormat.isImportable(text))) {
      return Optional.empty();
    }
    byte[] hash = hash(text);
    @Nullable ApiKey known = byHash.get(ByteBuffer.wrap(hash));
    if (known != null) {
      return Optional.of(known);
    }
    long before = version.get();
    if (!ownFormat && !anyImported()) {
      versionWithoutImportedKeys = before;
      return Optional.empty();
    }
    Optional<ApiKey> found =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT * FROM api_keys
                        WHERE hash = :hash OR (previous_hash = :hash AND previous_until > now())
                        """)
                    .bind("hash", hash)
                    .map((rs, _) -> KeyRows.read(rs))
                    .findOne());
    // A key that was replaced is not cached, because it works for a limited time only.
    if (version.get() == before) {
      found
          .filter(key -> key.preview().equals(KeyFormat.preview(text)))
          .ifPresent(key -> byHash.put(ByteBuffer.wrap(hash), key));
    }
    return found;
  }

  private boolean anyImported() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT EXISTS (SELECT FROM api_keys WHERE from_elsewhere)")
                .mapTo(Boolean.class)
                .one());
  }

  /** Deletes the demo keys of earlier starts; each start creates its own. */
  public void removeDemoKeys() {
    changes.<List<String>, RuntimeException>inTransaction(
        (handle, recorder) -> {
          List<String> removed =
              handle
                  .createQuery("DELETE FROM api_keys WHERE loopback_only RETURNING id::text")
                  .mapTo(String.class)
                  .list();
          removed.forEach(id -> recorder.add(Topic.KEY, id));
          return removed;
        });
  }

  /** The keys of a user, newest first, without demo keys. */
  public List<ApiKey> findByUser(long userId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM api_keys WHERE user_id = :user AND NOT loopback_only ORDER BY id DESC")
                .bind("user", userId)
                .map((rs, _) -> KeyRows.read(rs))
                .list());
  }

  /**
   * One page of keys, newest first.
   *
   * @param total number of keys on all pages
   */
  public record Page(List<ApiKey> keys, long total) {}

  /**
   * The keys of all users, without demo keys.
   *
   * @param userId only this user's; null for all
   */
  public Page page(@Nullable Long userId, long limit, long offset) {
    String where = " FROM api_keys WHERE NOT loopback_only AND coalesce(user_id = :user, true)";
    return jdbi.withHandle(
        handle ->
            new Page(
                handle
                    .createQuery(
                        "SELECT *" + where + " ORDER BY id DESC LIMIT :limit OFFSET :offset")
                    .bindByType("user", userId, Long.class)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map((rs, _) -> KeyRows.read(rs))
                    .list(),
                handle
                    .createQuery("SELECT count(*)" + where)
                    .bindByType("user", userId, Long.class)
                    .mapTo(Long.class)
                    .one()));
  }

  /** A key of any user, unless it is a demo key. */
  public Optional<ApiKey> find(long id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM api_keys WHERE id = :id AND NOT loopback_only")
                .bind("id", id)
                .map((rs, _) -> KeyRows.read(rs))
                .findOne());
  }

  /** Sets when the key expires; null for never. False if the user has no such key. */
  public boolean setExpiry(long userId, long id, @Nullable Instant at) {
    int rows =
        changes.inTransaction(
            Topic.KEY,
            Long.toString(id),
            handle ->
                handle
                    .createUpdate(
                        "UPDATE api_keys SET expires_at = :at WHERE id = :id AND user_id = :user")
                    .bindByType("at", at, Instant.class)
                    .bind("id", id)
                    .bind("user", userId)
                    .execute());
    return rows == 1;
  }

  public Optional<ApiKey> find(long userId, long id) {
    return findByUser(userId).stream().filter(key -> key.id() == id).findFirst();
  }

  /** False if the user has no such key. */
  public boolean setActive(long userId, long id, boolean active) {
    return change(userId, id, "UPDATE api_keys SET is_active = " + active);
  }

  /** False if the user has no such key. */
  public boolean setType(long userId, long id, String configType) {
    int rows =
        changes.inTransaction(
            Topic.KEY,
            Long.toString(id),
            handle ->
                handle.execute(
                    "UPDATE api_keys SET config_type = ? WHERE id = ? AND user_id = ?",
                    configType,
                    id,
                    userId));
    return rows == 1;
  }

  /**
   * Replaces the text of a key.
   *
   * @param overlap how long the old text keeps working
   * @return empty if the user has no such key
   */
  public Optional<CreatedKey> rotate(long userId, long id, Duration overlap) {
    String text = KeyFormat.generate();
    Optional<ApiKey> key =
        changes.inTransaction(
            Topic.KEY,
            Long.toString(id),
            handle ->
                handle
                    .createQuery(
                        """
                      UPDATE api_keys SET previous_hash = hash,
                        previous_until = now() + make_interval(secs => :overlap),
                        hash = :hash, preview = :preview
                      WHERE id = :id AND user_id = :user RETURNING *
                      """)
                    .bind("overlap", overlap.toSeconds())
                    .bind("hash", hash(text))
                    .bind("preview", KeyFormat.preview(text))
                    .bind("id", id)
                    .bind("user", userId)
                    .map((rs, _) -> KeyRows.read(rs))
                    .findOne());
    return key.map(found -> new CreatedKey(found, text));
  }

  /** Whether a key exists and is active; reads the database. */
  public boolean isActive(long id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT EXISTS (SELECT FROM api_keys WHERE id = :id AND is_active)")
                .bind("id", id)
                .mapTo(Boolean.class)
                .one());
  }

  /** Saves when keys were last used, in one batch. */
  public void saveLastUsed(Map<Long, Instant> times) {
    jdbi.useHandle(
        handle -> {
          var batch =
              handle.prepareBatch(
                  """
                  UPDATE api_keys SET last_used_at = greatest(last_used_at, :at) WHERE id = :id
                  """);
          times.forEach((id, at) -> batch.bind("id", id).bind("at", at).add());
          batch.execute();
        });
  }

  /** False if the user has no such key. */
  public boolean remove(long userId, long id) {
    return change(userId, id, "DELETE FROM api_keys");
  }

  private boolean change(long userId, long id, String statement) {
    int rows =
        changes.inTransaction(
            Topic.KEY,
            Long.toString(id),
            handle -> handle.execute(statement + " WHERE id = ? AND user_id = ?", id, userId));
    return rows == 1;
  }

  private byte[] hash(String text) {
    return pepper.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
