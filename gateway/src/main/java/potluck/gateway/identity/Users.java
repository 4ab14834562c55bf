package potluck.gateway.identity;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Reads and writes the table {@code users}. Users that were found by id are cached until the change
 * feed reports a change. Thread-safe.
 */
public final class Users {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final Map<Long, User> cache = new ConcurrentHashMap<>();

  /** Raised by each change, so that a row read before a change is not cached after it. */
  private final AtomicLong version = new AtomicLong();

  public Users(Jdbi jdbi, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.changes = changes;
    changes.listen(
        change -> {
          if (change.topic() == Topic.USER) {
            version.incrementAndGet();
            cache.remove(Long.valueOf(change.id()));
          }
        });
  }

  /**
   * @throws org.jdbi.v3.core.JdbiException if the user is not cached and the database is
   *     unavailable
   */
  public Optional<User> find(long id) {
    @Nullable User known = cache.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    long before = version.get();
    Optional<User> user = jdbi.withHandle(handle -> find(handle, id));
    if (version.get() == before) {
      user.ifPresent(found -> cache.put(id, found));
    }
    return user;
  }

  /** Reads the current row inside the caller's transaction. */
  static Optional<User> find(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM users WHERE id = :id")
        .bind("id", id)
        .map((rs, _) -> read(rs))
        .findOne();
  }

  /** Finds a user by name, ignoring case; always reads the database. */
  public Optional<User> find(String username) {
    if (username.indexOf('\0') >= 0) {
      return Optional.empty(); // PostgreSQL rejects NUL in a text.
    }
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM users WHERE lower(username) = lower(:name)")
                .bind("name", username)
                .map((rs, _) -> read(rs))
                .findOne());
  }

  public boolean anyAdmin() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT EXISTS (SELECT FROM users WHERE trust_level >= :level)")
                .bind("level", User.ADMIN_TRUST_LEVEL)
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * @return empty if the name is taken
   */
  public Optional<User> add(String username, @Nullable String passwordHash, int trustLevel) {
    return jdbi.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    INSERT INTO users (username, password_hash, trust_level)
                    VALUES (:name, :hash, :level) ON CONFLICT DO NOTHING RETURNING *
                    """)
                .bind("name", username)
                .bind("hash", passwordHash)
                .bind("level", trustLevel)
                .map((rs, _) -> read(rs))
                .findOne());
  }

  /**
   * A user to be imported.
   *
   * @param passwordHash a hash that {@link PasswordHasher#isSupported} accepts; null for none
   * @param pluginId the user's id in the Plug-in API; null for a new one
   * @param createdAt null for now
   */
  public record ImportedUser(
      String name,
      @Nullable String passwordHash,
      @Nullable String avatarUrl,
      int trustLevel,
      boolean active,
      boolean silenced,
      int beta,
      boolean prefersShared,
      boolean onlyDedicated,
      @Nullable UUID pluginId,
      @Nullable Instant createdAt,
      @Nullable Instant lastLoginAt) {}

  /**
   * Inserts an imported user inside the caller's transaction.
   *
   * @return the id; empty if the name is taken
   */
  public static Optional<Long> insertImported(Handle handle, ImportedUser user) {
    return handle
        .createQuery(
            """
            INSERT INTO users (username, password_hash, avatar_url, trust_level, is_active,
              is_silenced, beta, prefer_shared, use_only_dedicated, plugin_user_id, created_at,
              last_login_at)
            VALUES (:name, :hash, :avatar, :level, :active, :silenced, :beta, :shared, :dedicated,
              coalesce(:plugin::uuid, gen_random_uuid()), coalesce(:created::timestamptz, now()), :login)
            ON CONFLICT DO NOTHING RETURNING id
            """)
        .bind("name", user.name())
        .bind("hash", user.passwordHash())
        .bind("avatar", user.avatarUrl())
        .bind("level", user.trustLevel())
        .bind("active", user.active())
        .bind("silenced", user.silenced())
        .bind("beta", user.beta())
        .bind("shared", user.prefersShared() ? 1 : 0)
        .bind("dedicated", user.onlyDedicated())
        .bindByType("plugin", user.pluginId(), UUID.class)
        .bindByType("created", user.createdAt(), Instant.class)
        .bindByType("login", user.lastLoginAt(), Instant.class)
        .mapTo(Long.class)
        .findOne();
  }

  /** Makes this user an administrator with this password, as the settings say. */
  public void makeAdmin(long id, String passwordHash) {
    changes.useTransaction(
        Topic.USER,
        Long.toString(id),
        handle ->
            handle.execute(
                """
              UPDATE users SET password_hash = ?, trust_level = greatest(trust_level, ?),
                is_active = true, beta = 1, updated_at = now() WHERE id = ?
              """,
                passwordHash,
                User.ADMIN_TRUST_LEVEL,
                id));
  }

  public void setPassword(long id, String passwordHash) {
    changes.useTransaction(
        Topic.USER,
        Long.toString(id),
        handle ->
            handle.execute(
                "UPDATE users SET password_hash = ?, updated_at = now() WHERE id = ?",
                passwordHash,
                id));
  }

  public void setPreferShared(long id, boolean preferShared) {
    changes.useTransaction(
        Topic.USER,
        Long.toString(id),
        handle ->
            handle.execute(
                "UPDATE users SET prefer_shared = ?, updated_at = now() WHERE id = ?",
                preferShared ? 1 : 0,
                id));
  }

  public void setOnlyDedicated(long id, boolean onlyDedicated) {
    changes.useTransaction(
        Topic.USER,
        Long.toString(id),
        handle ->
            handle.execute(
                "UPDATE users SET use_only_dedicated = ?, updated_at = now() WHERE id = ?",
                onlyDedicated,
                id));
  }

  /**
   * Deletes a user with the keys, accounts and sessions; usage rows stay, without a user.
   *
   * @return false if the user does not exist
   */
  public boolean remove(long id) {
    int found = changes.inTransaction((handle, recorder) -> remove(handle, recorder, id));
    return found == 1;
  }

  /**
   * Deletes a user like {@link #remove}, unless no other active administrator would be left.
   *
   * @return false if the user is the last active administrator or does not exist
   */
  public boolean removeUnlessLastAdmin(long id) {
    int found =
        changes.inTransaction(
            (handle, recorder) -> {
              // Two administrators who delete themselves at once must see each other.
              handle.execute("SELECT pg_advisory_xact_lock(hashtextextended('administrators', 0))");
              boolean last =
                  handle
                      .createQuery(
                          """
                          SELECT EXISTS (SELECT FROM users WHERE id = :id AND trust_level >= :level)
                            AND NOT EXISTS (SELECT FROM users
                              WHERE id <> :id AND trust_level >= :level AND is_active)
                          """)
                      .bind("id", id)
                      .bind("level", User.ADMIN_TRUST_LEVEL)
                      .mapTo(Boolean.class)
                      .one();
              return last ? 0 : remove(handle, recorder, id);
            });
    return found == 1;
  }

  private static int remove(Handle handle, ChangeFeed.Recorder recorder, long id) {
    handle
        .createQuery("SELECT id::text FROM api_keys WHERE user_id = :id")
        .bind("id", id)
        .mapTo(String.class)
        .list()
        .forEach(key -> recorder.add(Topic.KEY, key));
    handle
        .createQuery(
            "SELECT cookie_id FROM accounts WHERE user_id = :id"
                + " UNION SELECT cookie_id FROM plugin_users WHERE user_id = :id")
        .bind("id", id)
        .mapTo(String.class)
        .list()
        .forEach(account -> recorder.add(Topic.ACCOUNT, account));
    recorder.add(Topic.USER, Long.toString(id));
    return handle.execute("DELETE FROM users WHERE id = ?", id);
  }

  public void joinBeta(long id) {
    changes.useTransaction(
        Topic.USER,
        Long.toString(id),
        handle -> handle.execute("UPDATE users SET beta = 1, updated_at = now() WHERE id = ?", id));
  }

  /**
   * Sets the time of the last login. The change is announced but not recorded: other nodes may show
   * the time before.
   */
  public void recordLogin(long id) {
    jdbi.useHandle(
        handle -> handle.execute("UPDATE users SET last_login_at = now() WHERE id = ?", id));
    changes.announce(Topic.USER, Long.toString(id));
  }

  static User read(ResultSet rs) throws SQLException {
    return new User(
        rs.getLong("id"),
        rs.getString("username"),
        rs.getString("password_hash"),
        rs.getString("avatar_url"),
        rs.getInt("trust_level"),
        rs.getBoolean("is_active"),
        rs.getBoolean("is_silenced"),
        rs.getInt("beta"),
        rs.getInt("prefer_shared") == 1,
        rs.getBoolean("is_auditor"),
        rs.getBoolean("use_only_dedicated"),
        rs.getObject("plugin_user_id", UUID.class),
        rs.getLong("epoch"),
        instant(rs, "created_at"),
        instantOrNull(rs, "last_login_at"));
  }
}
